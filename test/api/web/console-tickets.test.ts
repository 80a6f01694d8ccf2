import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, latinWords, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

interface TicketSeen {
  id: string
  number: string
  state: string
  assignee: string | null
}

describe.skipIf(!hasPrograms('chromium'))('the console: tickets', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  const ticketOf = async (device: string) => {
    const { items } = await desk.service.api<{ items: TicketSeen[] }>('GET', `/tickets?device=${device}`)
    return items[0]!
  }
  const card = ({ number }: TicketSeen) => page.locator(`[data-ticket="${number}"]`)
  const dialog = () => page.locator('dialog[open]')

  beforeAll(async () => {
    desk = await startDesk()
    ;({ page } = await desk.open('dispatcher', '#/tickets'))
  }, 120_000)
  afterAll(() => desk?.end())

  it('says that nothing is open, then shows what comes with its time running down', async () => {
    await page.getByText('没有进行中的工单').waitFor()
    await desk.property.leak('leak-b2', true)
    const ticket = await ticketOf('leak-b2')
    await card(ticket).waitFor()
    expect(await card(ticket).textContent()).toContain('B2 水泵房 漏水')
    const timer = card(ticket).getByRole('timer')
    const first = await timer.getAttribute('aria-label')
    expect(first).toContain('到场')
    await expect.poll(() => timer.getAttribute('aria-label')).not.toBe(first)
    await card(ticket).locator('a').first().click()
    await expect.poll(() => page.url()).toContain(`#/tickets/${ticket.id}`)
    await page.goBack()
    await card(ticket).waitFor()
  })

  it('assigns to somebody on duty, whom it offers by name', async () => {
    const ticket = await ticketOf('leak-b2')
    await card(ticket).locator('.menu__opener').click()
    await card(ticket).locator('[data-step=assign]').click()
    await dialog().getByText('张伟').waitFor()
    expect(await dialog().locator('.person__name').allTextContents()).toEqual(['张伟', '李强'])
    await picture(page, 'console/assign')
    expect(await accessibilityFaults(page)).toEqual([])
    await dialog().getByText('李强').click()
    await dialog().locator('button[type=submit]').click()
    await dialog().waitFor({ state: 'detached' })
    await card(ticket).getByText('李强').waitFor()
    expect(await ticketOf('leak-b2')).toMatchObject({ state: 'assigned', assignee: 'li' })
  })

  it('goes on step by step, and asks for what a step needs', async () => {
    const ticket = await ticketOf('leak-b2')
    for (const state of ['已接单', '在途']) {
      await card(ticket).locator('.steps__next').click()
      await card(ticket).locator('.card__state', { hasText: state }).waitFor()
    }
    await card(ticket).locator('.steps__next').click()
    await dialog().locator('button[type=submit]').click()
    await card(ticket).locator('.card__state', { hasText: '已到场' }).waitFor()
    await card(ticket).locator('.steps__next').click()
    await dialog().locator('textarea').first().fill('密封圈老化')
    await dialog().locator('button[type=submit]').click()
    await card(ticket).locator('.card__state', { hasText: '已完成' }).waitFor()
    await card(ticket).locator('.steps__next').click()
    await dialog().locator('input[type=text]').fill('业主陈女士')
    await page.keyboard.press('Enter')
    await card(ticket).locator('.card__state', { hasText: '已签字' }).waitFor()
    await card(ticket).locator('.steps__next').click()
    await dialog().locator('button[type=submit]').click()
    await card(ticket).waitFor({ state: 'detached' })
  })

  it('assigns by keyboard alone, also to a name that nobody lists', async () => {
    await desk.property.leak('leak-b1', true)
    const ticket = await ticketOf('leak-b1')
    await card(ticket).waitFor()
    await page.keyboard.press('j')
    // Title, next step, and the menu of the other ones, whose first has the focus then.
    for (const key of ['Tab', 'Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
    const at = () => page.evaluate<string | undefined>('document.activeElement.dataset.step')
    await expect.poll(at).toBeDefined()
    for (let steps = 0; steps < 8 && (await at()) !== 'assign'; steps += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog().locator('input:focus').waitFor()
    while ((await page.locator('dialog input[type=text]:focus').count()) === 0) await page.keyboard.press('Tab')
    await page.keyboard.type('王师傅')
    await page.keyboard.press('Enter')
    await dialog().waitFor({ state: 'detached' })
    await expect.poll(() => ticketOf('leak-b1')).toMatchObject({ state: 'assigned', assignee: '王师傅' })
  })

  it('says that somebody was faster, where the step was taken meanwhile', async () => {
    const ticket = await ticketOf('leak-b1')
    const step = (action: string, body = {}) => desk.service.api('POST', `/tickets/${ticket.id}/${action}`, body)
    for (const action of ['accept', 'depart', 'arrive']) await step(action)
    await card(ticket).locator('.card__state', { hasText: '已到场' }).waitFor()
    await card(ticket).locator('.menu__opener').click()
    await card(ticket).locator('[data-step=hold]').click()
    await dialog().locator('textarea').fill('等业主开门')
    await step('complete')
    await dialog().locator('[role=alert]', { hasText: '工单现在是「已完成」' }).waitFor()
    expect(await latinWords(page, /^(English|B\d?|[A-Z]{1,3})$/)).toEqual([])
    await picture(page, 'console/ticket-faster')
    expect(await dialog().locator('textarea').inputValue()).toBe('等业主开门')
    await page.keyboard.press('Escape')
    await dialog().waitFor({ state: 'detached' })
    await card(ticket).locator('.card__state', { hasText: '已完成' }).waitFor()
  })

  it('filters by what the address keeps, over a reload', async () => {
    await desk.property.say('lift-1', 'event', { event: 'elevator.mislevelling', active: true })
    const lift = await ticketOf('lift-1')
    await card(lift).waitFor()
    await page.locator('[data-filter=high]').click()
    await expect.poll(() => page.locator('[data-ticket]').count()).toBe(1)
    await page.reload()
    await card(lift).waitFor()
    expect(await page.locator('[data-ticket]').count()).toBe(1)
    await page.locator('[data-filter=high]').click()
    await page.locator('[data-filter=overdue]').click()
    await page.getByText('没有符合筛选条件的').waitFor()
    expect(page.url()).toContain('overdue=1')
    await page.locator('[data-clear]').click()
    await expect.poll(() => page.locator('[data-ticket]').count()).toBe(2)
    await desk.service.api('POST', `/tickets/${lift.id}/assign`, { assignee: 'zhang' })
    await page.locator('[data-filter=assignee] .el-select__wrapper').click()
    await page.getByRole('option', { name: '张伟' }).click()
    await expect.poll(() => page.locator('[data-ticket]').count()).toBe(1)
    expect(page.url()).toContain('who=zhang')
    await page.goto(`${desk.service.http}/#/tickets?q=配电房`)
    await expect.poll(() => page.locator('[data-ticket]').count()).toBe(1)
    await page.goto(`${desk.service.http}/#/tickets?s=assigned`)
    await card(lift).waitFor()
    await expect.poll(() => page.locator('[data-ticket]').count()).toBe(1)
    await page.goto(`${desk.service.http}/#/tickets`)
  })

  it('shows them as cards or in lines, which is remembered', async () => {
    await page.locator('[data-layout=lines]').click()
    await page.locator('.line').nth(1).waitFor()
    await page.reload()
    await page.locator('.line').nth(1).waitFor()
    await picture(page, 'console/tickets-lines')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('.line .menu__opener').first().click()
    await page.locator('.line .menu__list').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[data-layout=cards]').click()
  })

  it('lists ended ones a page at a time', async () => {
    await page.locator('[data-view=closed]').click()
    const ticket = await ticketOf('leak-b2')
    await page.locator(`[data-closed="${ticket.number}"]`, { hasText: '已关闭' }).waitFor()
    await picture(page, 'console/tickets-closed')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.goto(`${desk.service.http}/#/tickets?view=closed&s=cancelled`)
    await page.getByText('没有符合筛选条件的').waitFor()
    await page.goto(`${desk.service.http}/#/tickets`)
  })

  it('lets an engineer and a viewer look, and says why they do not act', async () => {
    for (const [role, words] of [
      ['engineer', '派单和处理由调度员或管理员操作'],
      ['viewer', '您是只读账号'],
    ] as const) {
      const { page: other, context } = await desk.open(role, '#/tickets')
      await other.getByText(words).waitFor()
      await other.locator('[data-ticket]').first().waitFor()
      expect(await other.locator('.steps__next, .menu__opener').count()).toBe(0)
      await context.close()
    }
  })

  it.each([
    ['zh', 'grey', { width: 1440, height: 900 }],
    ['en', 'dark', { width: 1280, height: 720 }],
    ['zh', 'dark', { width: 1920, height: 1080 }],
    ['en', 'grey', { width: 1280, height: 720 }],
  ] as const)('is accessible and whole in %s, %s', async (locale, theme, viewport) => {
    const { page: other, context } = await desk.open('dispatcher', '#/tickets', { locale, theme })
    await other.setViewportSize(viewport)
    await other.locator('[data-ticket]').first().waitFor()
    expect(await accessibilityFaults(other)).toEqual([])
    expect(await other.evaluate('document.documentElement.scrollWidth - window.innerWidth')).toBeLessThanOrEqual(0)
    await picture(other, `console/tickets-${locale}-${theme}-${viewport.width}`)
    if (locale === 'zh') expect(await latinWords(other, /^(English|B\d?|[A-Z]{1,3})$/)).toEqual([])
    await context.close()
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
