import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const SCRIPT = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
const REVERSED = '\u202eسقف\u202e 电机'
const LONG = 'W'.repeat(200)

describe.skipIf(!hasPrograms('chromium'))('the console, when things go wrong', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  const row = (id: string) => page.locator(`.row[data-alarm="${id}"]`)
  const dialog = () => page.locator('[role=dialog]')
  const refuse = (path: string, status: number) =>
    page.route(`**/api/v1/${path}`, (route) =>
      route.fulfill({ status, contentType: 'application/problem+json', body: '{"title":"x","detail":"in English"}' }),
    )

  beforeAll(async () => {
    desk = await startDesk()
    for (const device of ['leak-b2', 'leak-b1', 'leak-9f']) await desk.property.leak(device, true)
    ;({ page } = await desk.open('engineer', '#/alarms'))
    await page.locator('.row').nth(2).waitFor()
  }, 120_000)
  afterAll(() => desk?.end())

  it('tells of each alarm how it went, and who was faster', async () => {
    const { id } = await desk.alarmOf('leak-b2')
    await page.locator('.head .check').click()
    await page.locator('[data-many=acknowledge]').click()
    await dialog().locator('input[name=note]').fill('都看过了')
    await desk.service.api('POST', `/alarms/${id}/acknowledge`, {})
    await dialog().locator('button[type=submit]').click()
    await dialog().getByText('2 条完成，1 条没有成功').waitFor()
    await dialog().getByText('admin 先做了；现在是「已确认」').waitFor()
    await picture(page, 'console/faster')
    expect(await accessibilityFaults(page)).toEqual([])
    await dialog().getByRole('button', { name: '关闭' }).click()
    await dialog().waitFor({ state: 'detached' })
  })

  it('keeps what was typed where no answer comes, and does nothing twice', async () => {
    const { id } = await desk.alarmOf('leak-b1')
    const keys: string[] = []
    let lost = 0
    await page.route(`**/api/v1/alarms/${id}/comment`, async (route) => {
      keys.push(route.request().headers()['idempotency-key']!)
      // It is done, and its answer is lost.
      if (lost++ > 0) return route.continue()
      await route.fetch()
      return route.abort()
    })
    await row(id).locator('[data-act=comment]').click()
    await dialog().locator('input[name=note]').fill('只写一次')
    await dialog().locator('button[type=submit]').click()
    await dialog().getByText('没有得到答复；再按一次不会重复执行').waitFor()
    expect(await dialog().locator('input[name=note]').inputValue()).toBe('只写一次')
    await dialog().locator('button[type=submit]').click()
    await page.locator('.notice', { hasText: '已给 1 条报警加备注' }).waitFor()
    expect(keys).toHaveLength(2)
    expect(new Set(keys).size).toBe(1)
    const { items } = await desk.service.api<{ items: { note: string }[] }>('GET', `/alarms/${id}/history`)
    expect(items.filter(({ note }) => note === '只写一次')).toHaveLength(1)
    await page.unroute(`**/api/v1/alarms/${id}/comment`)
  })

  it.each([
    [403, '您的账号没有这个权限'],
    [404, '报警已经不存在'],
    [500, '系统出错，请稍后再试'],
  ])('says in its own words what a %i means', async (status, words) => {
    const { id } = await desk.alarmOf('leak-b1')
    await refuse(`alarms/${id}/comment`, status)
    await row(id).locator('[data-act=comment]').click()
    await dialog().locator('input[name=note]').fill('试试')
    await dialog().locator('button[type=submit]').click()
    await dialog().getByText(words).waitFor()
    expect(await dialog().innerText()).not.toContain('English')
    await page.unroute(`**/api/v1/alarms/${id}/comment`)
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('keeps a note over a reload', async () => {
    const { id } = await desk.alarmOf('leak-9f')
    await row(id).locator('[data-act=comment]').click()
    await dialog().locator('input[name=note]').fill('还没写完')
    await page.reload()
    await row(id).locator('[data-act=comment]').click()
    expect(await dialog().locator('input[name=note]').inputValue()).toBe('还没写完')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
  })

  it('asks for a login over a note when the session ends, and keeps the note', async () => {
    const { id } = await desk.alarmOf('leak-9f')
    await row(id).locator('[data-act=shelve]').click()
    await dialog().locator('input[name=reason]').fill('写到一半的原因')
    await page.evaluate(`fetch('api/v1/session', { method: 'DELETE', headers: { 'X-Shifen-Request': '1' } })`)
    await dialog().locator('button[type=submit]').click()
    await page.locator('.login', { hasText: '登录已失效' }).waitFor()
    await picture(page, 'console/session-ended')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('.login input').fill(desk.property.tokens.engineer)
    await page.locator('.login button[type=submit]').click()
    await page.locator('.login').waitFor({ state: 'detached' })
    expect(await dialog().locator('input[name=reason]').inputValue()).toBe('写到一半的原因')
    await dialog().locator('button[type=submit]').click()
    await page.locator('.notice', { hasText: '已搁置 1 条报警' }).waitFor()
    expect(await desk.service.api('GET', `/alarms/${id}`)).toMatchObject({ state: 'shelved' })
    await page.locator('.notice__undo').click()
    await row(id).waitFor()
  })

  it('offers to try again what could not be loaded', async () => {
    let failing = true
    await page.route('**/api/v1/alarms?*', (route) => (failing ? route.abort() : route.continue()))
    await page.locator('[data-view=history]').click()
    await page.getByText('没有加载出来').waitFor()
    await picture(page, 'console/history-failed')
    failing = false
    await page.getByRole('button', { name: '重试' }).click()
    await page.locator('[data-past]').first().waitFor()
    await page.unroute('**/api/v1/alarms?*')
    await page.locator('[data-view=now]').click()
  })

  it('shows hostile texts as text, and none of them breaks its place', async () => {
    await desk.property.add({ id: 'hostile-1', kind: 'water_leak', name: SCRIPT, location: SCRIPT })
    await desk.property.add({ id: 'hostile-2', kind: 'water_leak', name: REVERSED, location: REVERSED })
    await desk.property.add({ id: 'hostile-3', kind: 'water_leak', name: LONG, location: LONG })
    for (const device of ['hostile-1', 'hostile-2', 'hostile-3']) await desk.property.leak(device, true)
    const { id } = await desk.alarmOf('hostile-1')
    await row(id).waitFor()
    expect(await row(id).textContent()).toContain(SCRIPT)
    await page.locator('.row').nth(5).waitFor()
    const note = `${SCRIPT}${'长'.repeat(1_800)}`
    await row(id).locator('[data-act=comment]').click()
    await dialog().locator('input[name=note]').fill(note)
    await dialog().locator('button[type=submit]').click()
    await dialog().waitFor({ state: 'detached' })
    await row(id).locator('.row__title').click()
    await page.locator('.detail__note', { hasText: '长长长' }).waitFor()
    await picture(page, 'console/hostile-detail')
    await page.keyboard.press('Escape')
    await page.locator('.detail').waitFor({ state: 'detached' })
    for (const path of ['#/alarms', '#/tickets', '#/alarms?view=history']) {
      await page.goto(`${desk.service.http}/${path}`)
      await page.locator('.row, .card, [data-past]').nth(5).waitFor()
      expect(await page.locator('main script, main img').count()).toBe(0)
      expect(await page.evaluate(`'hacked' in window`)).toBe(false)
      expect(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0)
      const heights = `[...document.querySelectorAll('.row, .card, [data-past]')].map((e) => e.offsetHeight)`
      expect(Math.max(...(await page.evaluate<number[]>(heights)))).toBeLessThan(420)
      await picture(page, `console/hostile-${path.replace(/\W+/g, '-')}`)
    }
    await page.goto(`${desk.service.http}/#/alarms`)
  })

  it('says that the link is lost, keeps what it knew, and is back by itself', async () => {
    const count = await page.locator('.row').count()
    await desk.kill()
    await page.locator('.badge:not([data-state=live])').waitFor()
    await page.locator('.stale').waitFor()
    expect(await page.locator('.row').count()).toBe(count)
    await picture(page, 'console/link-lost')
    await desk.restart()
    await page.locator('.badge[data-state=live]').waitFor()
    await page.locator('.stale').waitFor({ state: 'detached' })
    const { id } = await desk.alarmOf('hostile-1')
    await desk.service.api('POST', `/alarms/${id}/acknowledge`, {})
    await page.locator(`.row[data-alarm="${id}"][data-state=acked]`).waitFor()
  })

  it('shows that it loads, and that it cannot, before it has heard anything', async () => {
    const { page: other, context } = await desk.open('engineer', '#/tickets')
    await other.locator('h1').waitFor()
    let tries = 0
    let lost = true
    await other.route('**/api/v1/live', (route) => {
      tries += 1
      return lost ? route.abort() : route.continue()
    })
    await other.reload()
    await other.locator('main [role=alert]', { hasText: '没有加载出来' }).waitFor()
    await picture(other, 'console/not-loaded')
    // By now it waits for some seconds before it tries again by itself.
    await expect.poll(() => tries, { timeout: 20_000 }).toBe(4)
    lost = false
    await other.getByRole('button', { name: '重试' }).click()
    await other.locator('.card').first().waitFor()
    await context.close()
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
