import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, openKept, picture } from '../../support/browser.ts'
import { hasPrograms } from '../../support/programs.ts'
import { arriveByHand, cut, entries, kinds, type PhoneGround, startPhone, untilSent, WITHIN } from './phone-ground.ts'
import { openJob, photograph, step, ticketOf } from './phone-visit.ts'

/** A clock that is off by so many hours from the first script on. */
const offBy = (hours: number) => `{
  const Right = Date
  const off = ${hours} * 3600000
  Date = class extends Right {
    constructor(...given) { given.length > 0 ? super(...given) : super(Right.now() + off) }
    static now() { return Right.now() + off }
  }
}`
const secondsOf = (figures: string) => figures.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

describe.skipIf(!hasPrograms('chromium'))('a phone that comes back', { timeout: 180_000 }, () => {
  let ground: PhoneGround

  beforeAll(async () => {
    ground = await startPhone()
  }, 180_000)
  afterAll(() => ground?.end())

  const loginOf = (name: string) =>
    ground.service.api<{ token: string; id: string }>('POST', '/tokens', { role: 'responder', name })
  async function signInOver(page: Page, token: string): Promise<void> {
    await page.locator('.login--over').waitFor()
    await page.locator('.login input').fill(token)
    await page.locator('.login button[type="submit"]').click()
    await page.locator('.login--over').waitFor({ state: 'detached' })
  }
  const photosOf = async (id: string) =>
    (await ground.service.api<{ items: object[] }>('GET', `/tickets/${id}/photos`)).items

  it.each([-7, 9])('counts by the service where its own clock is %i hours off', async (hours) => {
    const { token } = await loginOf('zhang')
    const opened = await ground.browser.open(ground.service.http, null, '', { size: 'phone' })
    const { page, context } = opened
    await context.addInitScript(offBy(hours))
    await page.reload()
    await page.goto(`${ground.service.http}/#token=${token}`)
    await page.locator('main.page').waitFor()
    const { id, number } = await ground.given('14号楼 1401', page)
    const { clocks } = await ground.service.api<{ clocks: { milestone: string; dueAt: string }[] }>(
      ...(['GET', `/tickets/${id}`] as const),
    )
    const dues = clocks.map(({ dueAt }) => (Date.parse(dueAt) - Date.now()) / 1_000)
    const off = async () => {
      const left = secondsOf((await page.locator('.left__figures').textContent())!.replace(/[^\d:]/g, ''))
      return Math.min(...dues.map((due) => Math.abs(due - left)))
    }
    expect(await off()).toBeLessThan(5)

    await cut(context, page)
    await step(page, 'accept', 'accepted')
    const hourOf = (atMs: number) =>
      new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', hourCycle: 'h23' }).format(atMs)
    await page.locator('[data-entry="accept"]', { hasText: hourOf(Date.now()).slice(0, 2) }).waitFor()
    expect(await page.locator('[data-entry="accept"]').textContent()).not.toContain('手机时钟')

    // Begun anew without a network there is no other clock than its own, and how far that was off.
    await page.locator('.cut').waitFor()
    await page.reload()
    await page.locator(`main[data-job="${number}"]`).waitFor()
    await page.locator('.left__figures', { hasText: '约' }).waitFor()
    expect(await off()).toBeLessThan(60)
    await step(page, 'depart', 'en_route')
    await page.locator('[data-entry="depart"]', { hasText: '按手机时钟' }).waitFor()
    await picture(page, `phone/clock-off-${hours}`)
    await context.setOffline(false)
    await untilSent(page)
    expect(await ground.history(id)).toEqual(['accept', 'depart'])
    const told = (await ticketOf(ground.service, id)).history.find(({ action }) => action === 'depart')!
    expect(told.note).toMatch(/^现场操作时间约 \d\d:\d\d:\d\d（按手机时钟），当时没有网络$/)
    expect(opened.troubles).toEqual([])
    await context.close()
  })

  it('does once what had arrived before its login ended, and was sent again with the next one', async () => {
    const first = await loginOf('zhang')
    const { page, context } = await ground.browser.open(ground.service.http, first.token, '#/jobs', { size: 'phone' })
    const { id } = await ground.given('15号楼 1501', page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await arriveByHand(page)
    await untilSent(page)

    // Each arrives, and no answer does; then the login is taken away.
    let lost = 0
    await page.route('**/api/v1/**', async (route) => {
      if (route.request().method() === 'GET') return route.continue()
      lost += 1
      await route.fetch().catch(() => undefined)
      await route.abort()
    })
    await page.locator('.bar [data-action="first-handling"]:enabled').click()
    await expect.poll(() => lost, WITHIN).toBeGreaterThan(0)
    await expect.poll(() => ground.history(id), WITHIN).toContain('first-handling')
    await ground.service.api('DELETE', `/tokens/${first.id}`)
    await page.unroute('**/api/v1/**')
    const { token } = await loginOf('zhang')
    await signInOver(page, token)
    await untilSent(page)
    expect(await ground.history(id)).toEqual(['accept', 'depart', 'arrive', 'first-handling'])

    // The same of a photo, which no state tells of.
    await page.route('**/photos*', async (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      await route.fetch().catch(() => undefined)
      await route.abort()
    })
    await photograph(page, '处理前', 7)
    await expect.poll(async () => (await photosOf(id)).length, WITHIN).toBe(1)
    const { items } = await ground.service.api<{ items: { id: string; name: string }[] }>('GET', '/tokens')
    const own = items.filter(({ name }) => name === 'zhang').map((each) => each.id)
    for (const each of own) await ground.service.api('DELETE', `/tokens/${each}`)
    await page.unroute('**/photos*')
    await signInOver(page, (await loginOf('zhang')).token)
    await untilSent(page)
    expect(await photosOf(id)).toHaveLength(1)
    await context.close()
  })

  it('keeps for him what he has done when somebody else signs in over it, and says so', async () => {
    const { token, id: login } = await loginOf('zhang')
    const { page, context } = await ground.browser.open(ground.service.http, token, '#/jobs', { size: 'phone' })
    const { id } = await ground.given('16号楼 1601', page)
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await photograph(page, '处理前', 8)
    await ground.service.api('DELETE', `/tokens/${login}`)
    await context.setOffline(false)
    await signInOver(page, (await loginOf('li')).token)
    await page.goto(`${ground.service.http}/#/jobs`)
    await page.locator('[data-others="zhang"]', { hasText: '3 项' }).waitFor()
    expect(await entries(page).count()).toBe(0)
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'phone/others-zh')
    await page.goto(`${ground.service.http}/#/jobs/queue`)
    await page.locator('[data-others="zhang"]').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect((await ticketOf(ground.service, id)).state).toBe('assigned')

    await page.goto(`${ground.service.http}/#token=${(await loginOf('zhang')).token}`)
    await expect.poll(() => ground.history(id), WITHIN).toEqual(['accept', 'depart', 'photo'])
    await page.goto(`${ground.service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    expect(await page.locator('[data-others]').count()).toBe(0)
    await context.close()
  })

  it('begins from cold without the service, knows its jobs, and sends what was done when the service is back', async () => {
    const { http } = ground.service
    const folder = join(ground.folder, 'phone')
    let context: BrowserContext = await openKept(folder)
    let page = await context.newPage()
    await page.goto(`${http}/#token=${(await loginOf('zhang')).token}`)
    await page.locator('main.page').waitFor()
    await page.goto(`${http}/#/jobs/help`)
    await page.locator('[data-shell="kept"]').waitFor()
    const { id, number } = await ground.given('17号楼 1701', page)
    await context.close()
    await ground.service.kill()

    context = await openKept(folder)
    page = await context.newPage()
    await page.goto(`${http}/#/jobs`)
    await page.locator(`.job[data-job="${number}"]`).waitFor()
    await page.locator('.cut', { hasText: /显示的是 .*\d\d:\d\d 的情况/ }).waitFor()
    await picture(page, 'phone/cold-jobs-zh')
    await openJob(page, number)
    await step(page, 'accept', 'accepted')
    await photograph(page, '处理前', 9)
    await page.locator('[data-entry="photo"]').waitFor()
    await picture(page, 'phone/cold-job-zh')
    await context.close()

    context = await openKept(folder)
    page = await context.newPage()
    await page.goto(`${http}/#/jobs/queue`)
    await expect.poll(() => kinds(page), WITHIN).toEqual(['accept', 'photo'])
    expect(await accessibilityFaults(page)).toEqual([])
    await ground.restart()
    await page.getByText('都已发送').waitFor()
    expect(await ground.history(id)).toEqual(['accept', 'photo'])
    expect(await photosOf(id)).toHaveLength(1)
    await context.close()
  })
})
