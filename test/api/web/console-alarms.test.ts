import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const LATCHED = {
  id: 'pump.latched',
  kind: 'elevator',
  title: { zh: '紧急制动锁定', en: 'Brake locked' },
  priority: 'high',
  category: 'elevator',
  when: 'elevator.overload',
  latch: true,
}

describe.skipIf(!hasPrograms('chromium'))('the console: alarms', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  const row = (id: string, state?: string) =>
    page.locator(`.row[data-alarm="${id}"]${state === undefined ? '' : `[data-state="${state}"]`}`)
  const notice = (text: string) => page.locator('.notice', { hasText: text })
  const read = (id: string) => desk.service.api('GET', `/alarms/${id}`)
  const fault = (device: string, event: string, active = true) =>
    desk.property.say(device, 'event', { event: `elevator.${event}`, active })

  beforeAll(async () => {
    desk = await startDesk()
    await desk.service.api('POST', '/rules', LATCHED)
    ;({ page } = await desk.open('engineer', '#/alarms'))
  }, 120_000)
  afterAll(() => desk?.end())

  it('says that all is well where nothing is', async () => {
    await page.getByText('一切正常').waitFor()
    expect(await page.locator('h1').allTextContents()).toEqual(['报警'])
    await picture(page, 'console/alarms-empty')
  })

  it('shows what comes at once: mark, place, device, since, state and its ticket with what is left', async () => {
    await desk.property.leak('leak-b2', true)
    await fault('lift-1', 'mislevelling')
    await fault('lift-2', 'drive_fault')
    await desk.property.say('leak-9f', 'event', { event: 'device.battery_low', active: true })
    const { id } = await desk.alarmOf('leak-b2')
    await row(id, 'unacked').waitFor()
    const text = await row(id).innerText()
    for (const told of ['急', '漏水', 'B2 水泵房', 'B2 水泵房水浸', '未确认', '到场剩余']) expect(text).toContain(told)
    expect(text).toMatch(/\d{8}-\d{4}/)
    const link = row(id).locator('.ticket__link')
    expect(await link.getAttribute('href')).toMatch(/^#\/tickets\/[0-9A-Z]{26}$/)
  })

  it('orders them by priority, marks each by shape and letter, and counts them', async () => {
    await expect.poll(() => page.locator('.row .priority__letter').allTextContents()).toEqual(['急', '高', '中', '低'])
    const shapes = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.row .priority__shape')].map((shape) => shape.getAttribute('d'))`,
    )
    expect(new Set(shapes).size).toBe(4)
    expect(await page.locator('[data-count=unacked]').textContent()).toBe('4')
    expect(await page.title()).toBe('未确认 4 · 报警 – 十分')
  })

  it('scrolls its table, not the page, where that has no room', async () => {
    const wide = page.viewportSize()!
    for (const width of [1200, 1093, 1024, 1001, 900]) {
      await page.setViewportSize({ width, height: 800 })
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), `at ${width}`).toBe(0)
      const within = '[...document.querySelectorAll(".row")].every((row) => row.scrollWidth <= row.clientWidth)'
      expect(await page.evaluate(within), `at ${width}`).toBe(true)
    }
    await page.setViewportSize(wide)
  })

  it('blinks for what nobody has acknowledged alone, once in two seconds, until that is stopped', async () => {
    const animation = () =>
      page.evaluate(`getComputedStyle(document.querySelector('.row[data-calls=true] .priority__mark')).animation`)
    expect(await animation()).toMatch(/2s steps\(1.*infinite/)
    await page.locator('[data-tool=blinking]').click()
    expect(await animation()).not.toContain('infinite')
    await page.reload()
    await page.locator('.row').first().waitFor()
    expect(await animation()).not.toContain('infinite')
    await page.locator('[data-tool=blinking]').click()
  })

  it('acknowledges one with a note', async () => {
    const { id } = await desk.alarmOf('leak-b2')
    await row(id).locator('[data-act=acknowledge]').click()
    await page.locator('[role=dialog] input[name=note]').fill('值班员已去看')
    await page.locator('[role=dialog] button[type=submit]').click()
    await row(id, 'acked').waitFor()
    await notice('已确认 1 条报警').waitFor()
    expect(await read(id)).toMatchObject({ state: 'acked', acknowledgedBy: '王工' })
    expect(await row(id).innerText()).toContain('王工 确认')
    const { items } = await desk.service.api<{ items: { note: string }[] }>('GET', `/alarms/${id}/history`)
    expect(items.map(({ note }) => note)).toContain('值班员已去看')
  })

  it('chooses a range by Shift and all that is shown, and acknowledges many at once', async () => {
    const checks = page.locator('.row .check')
    await checks.nth(1).click()
    await checks.nth(2).click({ modifiers: ['Shift'] })
    expect(await page.locator('.row[data-chosen=true]').count()).toBe(2)
    await page.locator('.head .check').click()
    expect(await page.locator('.row[data-chosen=true]').count()).toBe(4)
    await picture(page, 'console/alarms-chosen')
    await page.locator('[data-many=acknowledge]').click()
    // One of the four is acknowledged already: it is not asked for.
    await page.locator('[role=dialog]', { hasText: '确认 3 条报警' }).waitFor()
    await page.locator('[role=dialog] button[type=submit]').click()
    await notice('已确认 3 条报警').waitFor()
    await expect.poll(() => page.locator('.row[data-calls=true]').count()).toBe(0)
    expect(await page.locator('.row[data-chosen=true]').count()).toBe(0)
  })

  it('comments, and shows the comment in the alarm’s log', async () => {
    const { id } = await desk.alarmOf('lift-1')
    await row(id).locator('[data-act=comment]').click()
    await page.locator('[role=dialog] input[name=note]').fill('维保在路上')
    await page.keyboard.press('Enter')
    await notice('已给 1 条报警加备注').waitFor()
    await row(id).locator('.row__title').click()
    const detail = page.locator(`[data-detail="${id}"]`)
    await detail.getByText('维保在路上').waitFor()
    expect(page.url()).toContain(`alarm=${id}`)
    await picture(page, 'console/alarm-detail')
    await page.goBack()
    await detail.waitFor({ state: 'detached' })
  })

  it('shelves with reason and end, takes it back by one press, and unshelves', async () => {
    const { id } = await desk.alarmOf('lift-2')
    await row(id).locator('[data-act=shelve]').click()
    const dialog = page.locator('[role=dialog]')
    expect(await dialog.locator('button[type=submit]').isDisabled()).toBe(true)
    await dialog.locator('input[name=reason]').fill('正在检修')
    await dialog.getByText('30 分钟').click()
    await picture(page, 'console/shelve')
    await dialog.locator('button[type=submit]').click()
    await row(id).waitFor({ state: 'detached' })
    const shelved = (await read(id)) as { state: string; muted: { reason: string; until: string } }
    expect(shelved).toMatchObject({ state: 'shelved', muted: { reason: '正在检修' } })
    const minutes = (Date.parse(shelved.muted.until) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(28)
    expect(minutes).toBeLessThan(31)
    await page.locator('.notice__undo').click()
    await row(id, 'unacked').waitFor()
    expect(await read(id)).toMatchObject({ state: 'unacked' })
  })

  it('shelves until the next morning at 8 in the site’s time, once, shown on demand and hollow', async () => {
    const { id } = await desk.alarmOf('lift-2')
    await row(id).locator('[data-act=shelve]').click()
    await page.locator('[role=dialog] input[name=reason]').fill('等配件')
    await page.locator('[role=dialog]').getByText('早 8 点').click()
    await page.locator('[role=dialog]').getByText('报警恢复后就结束搁置').click()
    await page.locator('[role=dialog] button[type=submit]').click()
    await notice('已搁置 1 条报警').waitFor()
    const { muted } = (await read(id)) as { muted: { until: string; oneShot: boolean } }
    expect(muted.oneShot).toBe(true)
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'medium' })
    expect(clock.format(Date.parse(muted.until))).toBe('08:00:00')
    await page.locator('[data-filter=muted]').click()
    await row(id, 'shelved').waitFor()
    expect(page.url()).toContain('muted=1')
    expect(await row(id).locator('.priority').getAttribute('data-muted')).toBe('true')
    await expect.poll(() => row(id).innerText()).toContain('等配件')
    await row(id).locator('[data-act=unshelve]').click()
    await page.locator('[role=dialog] button[type=submit]').click()
    await row(id, 'unacked').waitFor()
    await page.locator('[data-filter=muted]').click()
  })

  it('warns before a critical alarm is shelved', async () => {
    const { id } = await desk.alarmOf('leak-b2')
    await row(id).locator('[data-act=shelve]').click()
    await page.locator('[role=dialog]').getByText('其中 1 条是紧急报警').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
  })

  it('resets a latched one, but not while its condition is true', async () => {
    await fault('lift-1', 'overload')
    const { id } = await desk.alarmOf('lift-1', LATCHED.id)
    await row(id).waitFor()
    await row(id).locator('[data-act=reset]').click()
    await page.locator('[role=dialog] button[type=submit]').click()
    await page.locator('[role=dialog]').getByText('条件仍然存在').waitFor()
    await fault('lift-1', 'overload', false)
    await expect.poll(() => read(id).then(({ active }) => active)).toBe(false)
    await page.locator('[role=dialog] button[type=submit]').click()
    await notice('已复位 1 条报警').waitFor()
    expect(await read(id)).toMatchObject({ active: false, state: 'rtn_unacked' })
  })

  it('keeps its filters in the address: they survive a reload, the way back, and a link', async () => {
    await page.locator('[data-filter=critical]').click()
    await page.locator('input[name=search]').fill('水泵房')
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    const address = page.url()
    expect(address).toContain('p=critical')
    await page.reload()
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    expect(await page.locator('input[name=search]').inputValue()).toBe('水泵房')
    await page.locator('[data-nav=tickets]').click()
    await page.locator('h1', { hasText: '工单' }).waitFor()
    await page.goBack()
    await expect.poll(() => page.url()).toBe(address)
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    await page.locator('input[name=search]').fill('没有这样的')
    await page.getByText('没有符合筛选条件的').waitFor()
    await page.locator('[data-clear]').click()
    await expect.poll(() => page.locator('.row').count()).toBeGreaterThan(2)
    expect(page.url()).not.toContain('p=critical')
  })

  it('narrows by state and category from lists', async () => {
    await page.locator('[data-filter=category] .el-select__wrapper').click()
    await page.getByRole('option', { name: '漏水' }).click()
    await page.keyboard.press('Escape')
    await expect.poll(() => page.locator('.row').count()).toBe(1)
    expect(page.url()).toContain('c=water_leak')
    await page.goto(`${desk.service.http}/#/alarms?s=unacked`)
    await expect.poll(() => page.locator('.row:not([data-state=unacked])').count()).toBe(0)
    await page.goto(`${desk.service.http}/#/alarms?todo=1`)
    await expect.poll(() => page.locator('.row[data-state=acked]').count()).toBe(0)
    await page.goto(`${desk.service.http}/#/alarms`)
  })

  it('moves nothing below a pointer: what is new waits to be asked for', async () => {
    await page.locator('.row').nth(1).waitFor()
    await page.locator('.row').nth(1).hover()
    await page.mouse.move(400, 420)
    const order = () => page.evaluate(`[...document.querySelectorAll('.row')].map((row) => row.dataset.alarm)`)
    const before = await order()
    await fault('lift-2', 'entrapment')
    const waiting = page.locator('[data-waiting]')
    await waiting.getByText('1 条新报警').waitFor()
    expect(await order()).toEqual(before)
    await waiting.click()
    const { id } = await desk.alarmOf('lift-2', 'elevator.entrapment')
    await row(id).waitFor()
    expect(await page.locator('.row').first().getAttribute('data-alarm')).toBe(id)
    await page.mouse.move(5, 5)
  })

  it('tells of a new alarm by voice', async () => {
    await fault('lift-1', 'alarm_button')
    await expect
      .poll(() => page.locator('[aria-live=assertive]').last().textContent(), { timeout: 10_000 })
      .toContain('新报警，紧急：')
  })

  it('lists past alarms a page at a time', async () => {
    await desk.property.leak('leak-b1', true)
    const { id } = await desk.alarmOf('leak-b1')
    await desk.service.api('POST', `/alarms/${id}/acknowledge`, {})
    await desk.property.leak('leak-b1', false)
    await expect.poll(() => read(id).then(({ state }) => state), { timeout: 10_000 }).toBe('normal')
    await page.locator('[data-view=history]').click()
    await page.locator(`[data-past="${id}"]`, { hasText: '正常' }).waitFor()
    expect(page.url()).toContain('view=history')
    await page.getByText('没有更多了').waitFor()
    await picture(page, 'console/alarms-history')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.goto(`${desk.service.http}/#/alarms?view=history&s=normal`)
    await expect.poll(() => page.locator('[data-past]').count()).toBe(1)
    await page.goBack()
    await page.locator('[data-view=now]').click()
  })

  it('lets a dispatcher look and says why he does not act, and so a viewer', async () => {
    for (const [role, words] of [
      ['dispatcher', '报警由工程师或管理员确认'],
      ['viewer', '您是只读账号'],
    ] as const) {
      const { page: other } = await desk.open(role, '#/alarms')
      await other.getByText(words).waitFor()
      await other.locator('.row').first().waitFor()
      expect(await other.locator('[data-act]').count()).toBe(0)
      await other.locator('.row .check').first().click()
      expect(await other.locator('[data-many]').count()).toBe(0)
      await other.keyboard.press('a')
      await other.locator('.notice', { hasText: '只能由工程师或管理员处理' }).waitFor()
      await picture(other, `console/alarms-${role}`)
      await other.context().close()
    }
  })

  it('narrows all of it to one site, in the address, with its clock', async () => {
    await desk.service.api('POST', '/sites', { id: 'north', name: '北区', timezone: 'Europe/Berlin' })
    await desk.service.api('POST', '/devices', { id: 'north-1', site: 'north', kind: 'elevator', name: '北区客梯' })
    await page.goto(`${desk.service.http}/#/alarms`)
    await page.reload()
    await page.locator('[data-tool=site]').selectOption({ label: '北区' })
    await page.getByText('一切正常').waitFor()
    expect(page.url()).toContain('site=north')
    expect(await page.locator('.desk-clock').getAttribute('title')).toMatch(/^中欧/)
    expect(await page.locator('[data-count=unacked]').textContent()).toBe('0')
    await page.locator('[data-nav=tickets]').click()
    expect(page.url()).toContain('site=north')
    await page.getByText('没有进行中的工单').waitFor()
    await page.goto(`${desk.service.http}/#/alarms`)
  })

  it.each([
    ['zh', 'grey', { width: 1440, height: 900 }],
    ['en', 'dark', { width: 1280, height: 720 }],
    ['zh', 'dark', { width: 1920, height: 1080 }],
    ['en', 'grey', { width: 1440, height: 900 }],
  ] as const)('is accessible and whole in %s, %s', async (locale, theme, viewport) => {
    const { page: other, context } = await desk.open('engineer', '#/alarms?muted=1', { locale, theme })
    await other.setViewportSize(viewport)
    await other.locator('.row').first().waitFor()
    expect(await accessibilityFaults(other)).toEqual([])
    const wider = await other.evaluate('document.documentElement.scrollWidth - window.innerWidth')
    expect(wider).toBeLessThanOrEqual(0)
    await picture(other, `console/alarms-${locale}-${theme}-${viewport.width}`)
    if (locale === 'zh') expect(await latinWords(other, /^(English|B\d?|[A-Z]{1,3})$/)).toEqual([])
    await other.locator('[data-act=acknowledge]').first().click()
    await other.locator('[role=dialog] input').first().waitFor()
    expect(await accessibilityFaults(other)).toEqual([])
    await picture(other, `console/acknowledge-${locale}-${theme}`)
    await other.keyboard.press('Escape')
    await other.locator('[data-tool=help]').click()
    await other.locator('[data-shortcut=down]').waitFor()
    expect(await accessibilityFaults(other)).toEqual([])
    await picture(other, `console/help-${locale}-${theme}`)
    await context.close()
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
