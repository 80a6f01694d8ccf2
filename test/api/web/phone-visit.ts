import type { Locator, Page } from 'playwright-core'
import type { ServiceProcess } from '../../support/process.ts'

/** What tests of the phone do with it, and ask the API about it. */

export interface TicketTold {
  id: string
  number: string
  state: string
  assignee: string | null
  history: { action: string; by: string; note: string; at: string }[]
  job: {
    version: number
    cause: string
    measure: string
    costs: { name: string; quantity: number; unitPriceFen: number }[]
    signatures: { id: string; signer: string; name: string; drawn: boolean }[]
    arrival: { way: string; device: string | null; place: object | null } | null
  }
}

export const attributes = async (all: Locator, name: string) =>
  Promise.all((await all.all()).map((each) => each.getAttribute(name)))

/** Presses the main button of a job, which then leads on to another state. */
export async function step(page: Page, action: string, leadsTo: string): Promise<void> {
  await page.locator(`.bar [data-main][data-action="${action}"]:enabled`).click()
  await page.locator(`.state[data-state="${leadsTo}"]`).waitFor()
}

export async function openJob(page: Page, number: string): Promise<void> {
  await page.locator(`.job[data-job="${number}"]`).click()
  await page.locator(`main[data-job="${number}"]`).waitFor()
}

/** Draws two lines on the pad with a pen. */
export async function draw(page: Page): Promise<void> {
  const box = (await page.locator('.pad').boundingBox())!
  for (const from of [0.2, 0.5]) {
    await page.mouse.move(box.x + box.width * from, box.y + box.height * 0.3)
    await page.mouse.down()
    for (let part = 1; part <= 8; part += 1) {
      await page.mouse.move(box.x + box.width * (from + part * 0.03), box.y + box.height * (0.3 + part * 0.05))
    }
    await page.mouse.up()
  }
}

/** A real photo, as a camera gives it: larger than what is sent. */
export async function cameraPhoto(page: Page, width = 2400, height = 1800, seed = 1): Promise<Buffer> {
  const drawn = await page.evaluate(
    `(async () => {
      const canvas = document.createElement('canvas')
      canvas.width = ${width}; canvas.height = ${height}
      const pen = canvas.getContext('2d')
      for (let i = 0; i < 900; i += 1) {
        const at = (i * 7919 * ${seed}) % 10007
        pen.fillStyle = 'hsl(' + (at % 360) + ' 70% 50%)'
        pen.fillRect((at * 13) % ${width}, (at * 29) % ${height}, 160, 120)
      }
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.95))
      return [...new Uint8Array(await blob.arrayBuffer())]
    })()`,
  )
  return Buffer.from(drawn as number[])
}

export async function photograph(page: Page, kind: string, seed: number): Promise<void> {
  await page.locator('.quick__way', { hasText: /拍照|Photo/ }).click()
  await page.locator('.kinds .button', { hasText: kind }).click()
  const buffer = await cameraPhoto(page, 2400, 1800, seed)
  await page.locator('[data-input="camera"]').setInputFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer })
  await page.locator('.sheet [role="status"]').waitFor({ state: 'detached' })
  await page.goBack()
  await page.locator('.sheet').waitFor({ state: 'detached' })
}

export const ticketOf = (service: ServiceProcess, id: string) => service.api<TicketTold>('GET', `/tickets/${id}`)

/** What he did, in the order in which the service heard of it. */
export const doneBy = (ticket: TicketTold, by: string) =>
  ticket.history.filter((entry) => entry.by === by).map(({ action }) => action)

export async function newestTicket(service: ServiceProcess, device: string): Promise<TicketTold> {
  for (;;) {
    const { items } = await service.api<{ items: { id: string }[] }>('GET', `/tickets?device=${device}&limit=1`)
    if (items[0]) return ticketOf(service, items[0].id)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
