import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPrograms } from '../../support/programs.ts'
import { arriveByHand, cut, entries, kinds, type PhoneGround, startPhone, untilSent, WITHIN } from './phone-ground.ts'
import { draw, openJob, photograph, step, ticketOf } from './phone-visit.ts'

/** A device without any room: what is new is refused, and what is there cannot be written over. */
const FULL = `for (const name of ['add', 'put']) {
  const kept = IDBObjectStore.prototype[name]
  IDBObjectStore.prototype[name] = function (...given) {
    if (window.isFull || (window.roomLeft -= 1) < 0) throw new DOMException('no room', 'QuotaExceededError')
    return kept.apply(this, given)
  }
}`

describe.skipIf(!hasPrograms('chromium'))('the phone under harder faults', { timeout: 120_000 }, () => {
  let ground: PhoneGround

  beforeAll(async () => {
    ground = await startPhone()
  }, 180_000)
  afterAll(() => ground?.end())

  it('says that a full device keeps nothing more, and still sends what it has', async () => {
    const { page, context } = ground.phone
    const { id } = await ground.given()
    await page.evaluate(FULL)
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await page.evaluate('window.isFull = true')
    await page.locator('.bar [data-main][data-action="depart"]:enabled').click()
    await page.getByRole('alert').filter({ hasText: /空间/ }).waitFor()
    expect(await kinds(page)).toEqual(['accept'])
    // It is tried in vain at least once, which cannot be counted on the device.
    await page.evaluate(`navigator.serviceWorker && window.dispatchEvent(new Event('online'))`)
    await context.setOffline(false)
    await expect.poll(() => ground.history(id), WITHIN).toEqual(['accept'])
    await page.evaluate('window.isFull = false')
    await untilSent(page)
  })

  it('keeps all of what belongs together, or nothing of it', async () => {
    const { page } = ground.phone
    const { id } = await ground.given()
    await ground.act(id, 'accept')
    await ground.act(id, 'depart')
    await ground.act(id, 'arrive')
    await ground.act(id, 'complete', { cause: '老化', measure: '换垫圈' })
    await page.locator('.bar [data-main][data-action="sign-off"]:enabled').click()
    await draw(page)
    await page.locator('.sheet .field__input >> nth=0').fill('王女士')
    await page.evaluate('window.roomLeft = 1')
    await page.locator('.sheet [data-main]').click()
    await page.getByRole('alert').filter({ hasText: /空间/ }).waitFor()
    expect(await entries(page).count()).toBe(0)
    expect((await ticketOf(ground.service, id)).job.signatures).toEqual([])
    await page.evaluate('window.roomLeft = undefined')
    await page.locator('.sheet [data-main]:enabled').click()
    await page.locator('.state[data-state="signed_off"]').waitFor()
    await untilSent(page)
    const signers = (await ticketOf(ground.service, id)).job.signatures.map(({ signer }) => signer)
    expect(signers.sort()).toEqual(['customer', 'responder'])
  })

  it('says a refusal whose facts are missing plainly, cuts a long one, and opens what the service said by a thumb', async () => {
    const { page } = ground.phone
    const { id } = await ground.given()
    let told: object = { reason: 'taken', facts: null }
    await page.route('**/api/v1/tickets/*/accept', (route) =>
      route.fulfill({ status: 409, json: { title: 'Conflict', status: 409, detail: 'the sentence', ...told } }),
    )
    await page.locator('.bar [data-main][data-action="accept"]:enabled').click()
    const why = entries(page).locator('.fault')
    await why.filter({ hasText: '状态已经变了' }).waitFor()
    expect((await entries(page).locator('summary').boundingBox())!.height).toBeGreaterThanOrEqual(44)
    told = { reason: 'approval_refused', facts: { by: '王工', note: '长'.repeat(4000) } }
    await entries(page).getByRole('button', { name: '重新发送' }).click()
    await why.filter({ hasText: '王工' }).waitFor()
    expect((await why.boundingBox())!.height).toBeLessThan(220)
    await page.unroute('**/api/v1/tickets/*/accept')
    await entries(page).getByRole('button', { name: '重新发送' }).click()
    await expect.poll(() => ground.history(id), WITHIN).toEqual(['accept'])
    await untilSent(page)
  })

  it('takes a whole visit over a network that hardly is one, answers each press at once, and sends all of it once', async () => {
    const { page, context } = ground.phone
    const { id } = await ground.given()
    const network = await context.newCDPSession(page)
    const throughput = 20_000
    await network.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 2_000, downloadThroughput: throughput, uploadThroughput: throughput },
    })
    let seed = 20_261_129
    let lost = 0
    await page.route('**/api/v1/**', async (route) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      if (seed / 2_147_483_648 >= 0.1) return route.continue()
      lost += 1
      // Half of what is lost is lost on its way back.
      if (lost % 2 === 0) await route.fetch().catch(() => undefined)
      await route.abort().catch(() => undefined)
    })
    const pressed = async (press: () => Promise<void>) => {
      const atMs = Date.now()
      await press()
      expect(Date.now() - atMs).toBeLessThan(2_000)
    }
    await pressed(() => step(page, 'accept', 'accepted'))
    await pressed(() => step(page, 'depart', 'en_route'))
    await arriveByHand(page)
    await photograph(page, '处理前', 11)
    await page.locator('.bar [data-action="first-handling"]:enabled').click()
    await page.locator('.bar [data-main][data-action="complete"]:enabled').click()
    await page.locator('.sheet textarea >> nth=0').fill('阀门密封圈老化')
    await page.locator('.sheet textarea >> nth=1').fill('更换密封圈，试水无渗漏')
    await pressed(async () => {
      await page.locator('.sheet [data-main]').click()
      await page.locator('.state[data-state="completed"]').waitFor()
    })
    await page.locator('.bar [data-main][data-action="sign-off"]:enabled').click()
    await draw(page)
    await page.locator('.sheet .field__input >> nth=0').fill('王女士')
    await pressed(async () => {
      await page.locator('.sheet [data-main]:enabled').click()
      await page.locator('.state[data-state="signed_off"]').waitFor()
    })
    await expect.poll(() => entries(page).count(), { timeout: 150_000 }).toBe(0)
    expect(lost).toBeGreaterThan(1)
    await page.unroute('**/api/v1/**')
    await network.detach()
    const wanted = ['accept', 'depart', 'arrive', 'photo', 'first-handling', 'complete', 'sign', 'sign', 'sign-off']
    expect(await ground.history(id)).toEqual(wanted)
    const told = await ticketOf(ground.service, id)
    expect(told.state).toBe('signed_off')
  }, 240_000)

  it('keeps one photo and sends it once where the service dies in the middle of it', async () => {
    const { page } = ground.phone
    const { id } = await ground.given()
    await step(page, 'accept', 'accepted')
    await untilSent(page)
    let tries = 0
    await page.route('**/photos*', async (route) => {
      if (route.request().method() !== 'POST' || (tries += 1) > 1) return route.continue()
      // It arrived, and the answer did not.
      await route.fetch()
      await route.abort()
    })
    await photograph(page, '处理前', 1)
    await expect.poll(() => tries, WITHIN).toBeGreaterThan(1)
    await ground.service.kill()
    await ground.restart()
    await untilSent(page)
    const { items } = await ground.service.api<{ items: object[] }>('GET', `/tickets/${id}/photos`)
    expect(items).toHaveLength(1)
    await page.unroute('**/photos*')
  })

  it('shows in two pages of one phone the same, and does it once', async () => {
    const { page, context } = ground.phone
    const { id, number } = await ground.given()
    const other = await context.newPage()
    await other.goto(`${ground.service.http}/#/jobs`)
    await openJob(other, number)
    await cut(context, page, other)
    await step(page, 'accept', 'accepted')
    await context.setOffline(false)
    await expect.poll(() => ground.history(id), WITHIN).toEqual(['accept'])
    await other.locator('.state[data-state="accepted"]').waitFor()
    await expect.poll(async () => (await entries(page).count()) + (await entries(other).count()), WITHIN).toBe(0)
    await other.close()
  })

  it('threw nothing on the way', () => {
    expect(ground.phone.troubles).toEqual([])
  })
})
