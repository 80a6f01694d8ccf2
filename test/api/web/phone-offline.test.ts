import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, type OpenedPage, picture, startBrowser, type TestBrowser } from '../../support/browser.ts'
import { furnish, type Furnished } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'
import { attributes, doneBy, openJob, photograph, step, ticketOf } from './phone-visit.ts'

const WITHIN = { timeout: 30_000 }

describe.skipIf(!hasPrograms('chromium'))('the phone without a network', { timeout: 120_000 }, () => {
  const folder = temporaryFolder()
  const dataDir = join(folder.path, 'data')
  let service: ServiceProcess
  let property: Furnished
  let browser: TestBrowser
  let phone: OpenedPage

  beforeAll(async () => {
    service = await startService(dataDir)
    property = await furnish(service)
    browser = await startBrowser()
    phone = await browser.open(service.http, property.tokens.responder, '#/jobs', { size: 'phone', theme: 'dark' })
    await phone.page.locator('.link').last().click()
    await phone.page.locator('[data-shell="kept"]').waitFor()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await property?.end()
    await service?.kill()
    folder.remove()
  })

  async function restart(): Promise<void> {
    const env = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
    service = await startService(dataDir, { env })
  }
  const act = (id: string, action: string, body: object = {}) => service.api('POST', `/tickets/${id}/${action}`, body)
  /** A job of his that the phone has heard of. */
  async function given(location: string, to = 'zhang', page: Page = phone.page) {
    const about = { site: 'default', category: 'water_leak', title: '厨房漏水', location, priority: 'medium' }
    const ticket = await service.api<{ id: string; number: string }>('POST', '/tickets', about)
    await act(ticket.id, 'assign', { assignee: to })
    await page.goto(`${service.http}/#/jobs`)
    await page.locator(`.job[data-job="${ticket.number}"]`).waitFor()
    return ticket
  }
  const entries = (page: Page) => page.locator('[data-entry]')
  const kinds = (page: Page) => attributes(entries(page), 'data-entry')
  async function arriveByHand(page: Page): Promise<void> {
    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    await page.locator('.sheet [data-main]').click()
    await page.locator('.state[data-state="on_site"]').waitFor()
  }
  async function cut(context: BrowserContext, page: Page): Promise<void> {
    await context.setOffline(true)
    await page.locator('.cut').waitFor()
  }
  const history = async (id: string) => doneBy(await ticketOf(service, id), 'zhang')

  it('keeps what is done in a basement, over a reload too, and sends it once and in order when there is a network', async () => {
    const { page, context } = phone
    const { id, number } = await given('B2 水泵房')
    await openJob(page, number)
    await page.locator('.log li').first().waitFor()
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await arriveByHand(page)
    await photograph(page, '处理前', 3)
    await page.locator('[data-entry="photo"]').waitFor()
    expect(await kinds(page)).toEqual(['accept', 'depart', 'arrive', 'photo'])
    await picture(page, 'phone/offline-job-zh')
    expect(await accessibilityFaults(page)).toEqual([])

    await page.reload()
    await page.locator('.cut').waitFor()
    await page.locator(`main[data-job="${number}"]`).waitFor()
    await page.locator('.state[data-state="on_site"]').waitFor()
    expect(await kinds(page)).toEqual(['accept', 'depart', 'arrive', 'photo'])
    await page.goto(`${service.http}/#/jobs`)
    await page.locator(`.job[data-job="${number}"][data-state="on_site"]`).waitFor()
    await page.getByText('4 项待发送').waitFor()
    await picture(page, 'phone/offline-jobs-zh')
    await page.locator('.link', { hasText: '待发送 4' }).click()
    await expect.poll(() => kinds(page), WITHIN).toEqual(['accept', 'depart', 'arrive', 'photo'])
    await picture(page, 'phone/offline-queue-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    expect((await ticketOf(service, id)).state).toBe('assigned')

    await context.setOffline(false)
    await page.getByText('都已发送').waitFor()
    await page.locator('.cut').waitFor({ state: 'detached' })
    expect(await history(id)).toEqual(['accept', 'depart', 'arrive', 'photo'])
    const told = await ticketOf(service, id)
    expect(told.state).toBe('on_site')
    expect(told.history.find(({ action }) => action === 'arrive')!.note).toMatch(
      /^现场操作时间 \d\d:\d\d:\d\d，当时没有网络$/,
    )
    const photos = await service.api<{ items: { sizeBytes: number }[] }>('GET', `/tickets/${id}/photos`)
    expect(photos.items).toHaveLength(1)
  })

  it('sends nothing twice where the service is killed while it takes what was kept', async () => {
    const { page, context } = phone
    const { id, number } = await given('B1 配电房')
    await openJob(page, number)
    await page.locator('.log li').first().waitFor()
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await arriveByHand(page)
    for (const seed of [4, 5, 6]) await photograph(page, '处理后', seed)
    await page.locator('.bar [data-action="first-handling"]:enabled').click()
    await page.locator('[data-entry="first-handling"]').waitFor()
    await context.setOffline(false)
    await expect.poll(async () => (await history(id)).length, { ...WITHIN, interval: 5 }).toBeGreaterThan(1)
    await service.kill()
    await restart()
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
    const wanted = ['accept', 'depart', 'arrive', 'photo', 'photo', 'photo', 'first-handling']
    expect(await history(id)).toEqual(wanted)
  })

  it('keeps what somebody else was faster with in sight, with its words, and what builds on it waits', async () => {
    const { page, context } = phone
    const { id, number } = await given('4号楼 401')
    await openJob(page, number)
    await page.locator('.log li').first().waitFor()
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await act(id, 'assign', { assignee: 'li' })
    await act(id, 'accept')
    await context.setOffline(false)
    await page.locator('[data-entry="accept"][data-stand="refused"]').waitFor()
    await page.getByText('李强 已经先接单了').waitFor()
    await page.locator('[data-entry="depart"][data-stand="held"]').waitFor()
    await picture(page, 'phone/refused-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await history(id)).toEqual([])

    await page.goto(`${service.http}/#/jobs/queue`)
    for (const left of [1, 0]) {
      const [entry] = await entries(page).all()
      await entry!.getByText('舍弃', { exact: true }).click()
      await entry!.getByText('确定舍弃').click()
      await expect.poll(() => entries(page).count(), WITHIN).toBeLessThanOrEqual(left)
      if (left === 1 && (await entries(page).count()) === 0) break
    }
    await page.goto(`${service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    await expect.poll(() => page.locator(`[data-job="${number}"]`).count(), WITHIN).toBe(0)
  })

  it('asks where others have written into the work order meanwhile, and merges both', async () => {
    const { page, context } = phone
    const { id, number } = await given('10号楼 1001')
    await openJob(page, number)
    await page.locator('.log li').first().waitFor()
    await step(page, 'accept', 'accepted')
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
    await cut(context, page)
    await page.locator('.quick__way', { hasText: '材料' }).click()
    await page.locator('[data-line="0"] [data-field="name"]').fill('生料带')
    await page.locator('[data-line="0"] [data-field="price"]').fill('3')
    await page.locator('.sheet [data-main]').click()
    await page.locator('[data-entry="costs"]').waitFor()
    const theirs = { kind: 'labour', name: '上门', quantity: 1, unit: '次', unitPriceFen: 5_000 }
    await service.api('PATCH', `/tickets/${id}/job`, { costs: [theirs] })
    await context.setOffline(false)
    await page.locator('[data-entry="costs"][data-stand="refused"]').waitFor()
    await page.getByText('其间别人改过工作单，请看一看用哪一份').waitFor()
    await picture(page, 'phone/merge-zh')
    await page.getByText('两份合并').click()
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
    const { costs } = (await ticketOf(service, id)).job
    expect(costs.map(({ name }) => name)).toEqual(['上门', '生料带'])
  })

  it('sends a step again without what was not right in it', async () => {
    const { page } = phone
    const { id, number } = await given('11号楼 1101')
    await openJob(page, number)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    await page.locator('.sheet .code').fill('AAAA-AAAA')
    await page.locator('.sheet [data-main]').click()
    await page.getByText('编码不是这里的设备标签，请核对；也可以不填编码直接到场').waitFor()
    await page.getByText('不带编码，重新发送').click()
    await expect.poll(() => entries(page).count(), WITHIN).toBe(0)
    expect((await ticketOf(service, id)).job.arrival).toMatchObject({ way: 'hand' })
  })

  it('neither shows nor sends to somebody else who signs in on the same phone', async () => {
    const { context } = phone
    let { page } = phone
    const { id, number } = await given('12号楼 1201')
    await openJob(page, number)
    await page.locator('.log li').first().waitFor()
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await page.locator('[data-entry="accept"]').waitFor()
    // The service is not to hear of it before somebody else is signed in.
    await page.close()
    await context.setOffline(false)
    page = await context.newPage()
    phone = { ...phone, page }
    const { token } = await service.api<{ token: string }>('POST', '/tokens', { role: 'responder', name: 'li' })
    await page.goto(`${service.http}/#token=${token}`)
    await page.locator('main.page').waitFor()
    await page.goto(`${service.http}/#/jobs/queue`)
    await page.getByText('都已发送').waitFor()
    await page.goto(`${service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    expect(await page.locator(`[data-job="${number}"]`).count()).toBe(0)
    expect(await history(id)).toEqual([])
    expect((await ticketOf(service, id)).state).toBe('assigned')

    await page.goto(`${service.http}/#token=${property.tokens.responder}`)
    await expect.poll(() => history(id), WITHIN).toEqual(['accept'])
    expect(page.url()).not.toContain('token')
  })

  it('asks to sign in over the page where the session has ended meanwhile, and loses nothing', async () => {
    const { token, id: login } = await service.api<{ token: string; id: string }>('POST', '/tokens', {
      role: 'responder',
      name: 'zhang',
    })
    const { page, context } = await browser.open(service.http, token, '#/jobs', { size: 'phone' })
    const { id, number } = await given('13号楼 1301', 'zhang', page)
    await openJob(page, number)
    await page.locator('.log li').first().waitFor()
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await service.api('DELETE', `/tokens/${login}`)
    await context.setOffline(false)
    await page.locator('.login--over').waitFor()
    await picture(page, 'phone/login-over-zh')
    expect(await history(id)).toEqual([])
    await page.locator('.login input').fill(property.tokens.responder)
    await page.locator('.login button[type="submit"]').click()
    await page.locator('.login--over').waitFor({ state: 'detached' })
    await expect.poll(() => history(id), WITHIN).toEqual(['accept'])
    await page.locator('.state[data-state="accepted"]').waitFor()
    await context.close()
  })

  it('says so where nothing is kept of the job that is opened', async () => {
    const { page, context } = phone
    await page.goto(`${service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    await context.setOffline(true)
    await page.goto(`${service.http}/#/jobs/unheard-of`)
    await page.getByText('连接不到服务器，这张工单手机里也没有保存过。').waitFor()
    await context.setOffline(false)
    await page.getByText('重试').click()
    await page.getByText('没有这张工单，或者您看不到它。').waitFor()
  })

  it('broke no policy and threw nothing on the way', () => {
    expect(phone.troubles).toEqual([])
  })
})
