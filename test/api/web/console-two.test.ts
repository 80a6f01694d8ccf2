import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

describe.skipIf(!hasPrograms('chromium'))('two at one thing, in two browsers', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let first: Page
  let second: Page
  const dialog = (page: Page) => page.locator('[role=dialog], dialog[open]')
  const submit = (page: Page) => dialog(page).locator('[type=submit]')
  const closed = (page: Page) => dialog(page).waitFor({ state: 'detached' })

  beforeAll(async () => {
    desk = await startDesk()
    for (const device of ['leak-b2', 'leak-b1', 'leak-9f']) await desk.property.leak(device, true)
  }, 120_000)
  afterAll(() => desk?.end())

  async function both(role: 'engineer' | 'dispatcher', path: string, seen: string): Promise<void> {
    ;({ page: first } = await desk.open(role, path))
    ;({ page: second } = await desk.open('admin', path))
    for (const page of [first, second]) await page.locator(seen).nth(2).waitFor()
  }

  it('acknowledge: the other one reads who was faster, and the new state', async () => {
    await both('engineer', '#/alarms', '.row')
    const { id } = await desk.alarmOf('leak-b2')
    for (const page of [first, second]) await page.locator(`.row[data-alarm="${id}"] [data-act=acknowledge]`).click()
    await dialog(second).locator('input').fill('我来看')
    await submit(first).click()
    await closed(first)
    await submit(second).click()
    await dialog(second).getByText('王工 先做了；现在是「已确认」').waitFor()
    await dialog(second).getByRole('button', { name: '关闭' }).click()
    await second.locator(`.row[data-alarm="${id}"][data-state=acked]`).waitFor()
  })

  it('shelve: the end that was set first stands, and the other one reads so', async () => {
    const { id } = await desk.alarmOf('leak-b1')
    for (const page of [first, second]) {
      await page.locator(`.row[data-alarm="${id}"] [data-act=shelve]`).click()
      await dialog(page)
        .locator('input[name=reason]')
        .fill(page === first ? '换密封圈' : '以后再说')
    }
    await submit(first).click()
    await closed(first)
    await second.locator('[data-filter=muted]', { hasText: '1' }).waitFor()
    await submit(second).click()
    await dialog(second).getByText('王工 先做了；现在是「已搁置」').waitFor()
    await picture(second, 'console/two-shelving')
    expect(await desk.service.api('GET', `/alarms/${id}`)).toMatchObject({ muted: { by: '王工', reason: '换密封圈' } })
    await second.keyboard.press('Escape')
    await closed(second)
  })

  it('unshelve: whoever comes second reads how it stands', async () => {
    const { id } = await desk.alarmOf('leak-b1')
    for (const page of [first, second]) {
      await page.locator('[data-filter=muted]').click()
      await page.locator(`.row[data-alarm="${id}"] [data-act=unshelve]`).click()
    }
    await submit(first).click()
    await closed(first)
    await submit(second).click()
    await dialog(second).getByText('现在是「未确认」').waitFor()
    await second.keyboard.press('Escape')
    await closed(second)
  })

  it('cancel a ticket: what was typed stays, below the words that it has ended', async () => {
    await desk.service.api('POST', '/tickets', {
      site: 'default',
      category: 'other',
      title: '灯不亮',
      location: '大堂',
    })
    await both('dispatcher', '#/tickets', '.card')
    for (const page of [first, second]) {
      const card = page.locator('.card', { hasText: '灯不亮' })
      await card.locator('.menu__opener').click()
      await card.locator('[data-step=cancel]').click()
      await dialog(page).locator('textarea').fill('业主自己换了')
    }
    await submit(first).click()
    await closed(first)
    await first.locator('.card', { hasText: '灯不亮' }).waitFor({ state: 'detached' })
    await dialog(second).locator('[role=alert]', { hasText: '工单现在是「已取消」' }).waitFor()
    await picture(second, 'console/two-cancelling')
    expect(await dialog(second).locator('textarea').inputValue()).toBe('业主自己换了')
    expect(await submit(second).isDisabled()).toBe(true)
    await second.keyboard.press('Escape')
    await closed(second)
    await second.locator('.card', { hasText: '灯不亮' }).waitFor({ state: 'detached' })
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
