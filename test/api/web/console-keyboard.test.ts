import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

describe.skipIf(!hasPrograms('chromium'))('the console, by keyboard alone', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  const focused = () => page.evaluate<string | null>(`document.activeElement?.dataset?.alarm ?? null`)
  const notice = (text: string) => page.locator('.notice', { hasText: text })
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key)
  }
  const state = async (device: string) => (await desk.alarmOf(device)).state

  beforeAll(async () => {
    desk = await startDesk()
    for (const device of ['leak-b2', 'leak-b1', 'leak-9f']) await desk.property.leak(device, true)
    ;({ page } = await desk.open('engineer', '#/alarms'))
    await page.locator('.row').nth(2).waitFor()
  }, 120_000)
  afterAll(() => desk?.end())

  it('says what to do first where nothing is chosen', async () => {
    await press('a')
    await notice('先用 J、K 选一条报警').waitFor()
  })

  it('steps down and up through the rows', async () => {
    const ids = await page.evaluate<string[]>(`[...document.querySelectorAll('.row')].map((e) => e.dataset.alarm)`)
    await press('j')
    await expect.poll(focused).toBe(ids[0])
    await press('j', 'j', 'j')
    await expect.poll(focused).toBe(ids[2])
    await press('k')
    await expect.poll(focused).toBe(ids[1])
  })

  it('acknowledges with A, a note and Enter, and is back at its row', async () => {
    await press('k')
    const id = await focused()
    await press('a')
    await page.locator('[role=dialog] input:focus').waitFor()
    await page.keyboard.type('ajksxm')
    await press('Enter')
    await notice('已确认 1 条报警').waitFor()
    expect(await desk.service.api('GET', `/alarms/${id}`)).toMatchObject({ state: 'acked', acknowledgedBy: '王工' })
    const { items } = await desk.service.api<{ items: { note: string }[] }>('GET', `/alarms/${id}/history`)
    expect(items.map(({ note }) => note)).toContain('ajksxm')
  })

  it('chooses with X and Shift+X, and shelves what is chosen', async () => {
    await press('j', 'k', 'k', 'k', 'x', 'j', 'Shift+X')
    expect(await page.locator('.row[data-chosen=true]').count()).toBe(2)
    await press('s')
    await page.locator('[role=dialog] input[name=reason]:focus').waitFor()
    await page.keyboard.type('drill')
    await press('Tab', 'ArrowLeft')
    await page.locator('[role=dialog] input[type=radio]:focus').waitFor()
    expect(await page.locator('[role=dialog] .end[data-chosen=true]').textContent()).toContain('30 分钟')
    await press('Enter')
    await notice('已搁置 2 条报警').waitFor()
    await expect.poll(() => page.locator('.row').count()).toBe(1)
  })

  it('undoes the shelving by Tab and Enter', async () => {
    await page.locator('.notice__undo').focus()
    await press('Enter')
    await notice('已取消搁置 2 条报警').waitFor()
    await expect.poll(() => page.locator('.row').count()).toBe(3)
  })

  it('comments with C, and opens the ticket or the alarm with Enter', async () => {
    await press('j', 'c')
    await page.locator('[role=dialog] input[name=note]:focus').waitFor()
    await page.keyboard.type('seen')
    await press('Enter')
    await notice('已给 1 条报警加备注').waitFor()
    await press('j', 'Enter')
    await expect.poll(() => page.url()).toMatch(/#\/tickets\/[0-9A-Z]{26}$/)
    await page.goBack()
    await page.locator('.row').first().waitFor()
    await desk.property.say('leak-b2', 'event', { event: 'device.battery_low', active: true })
    const low = await desk.alarmOf('leak-b2', 'water_leak.battery_low')
    await page.locator(`.row[data-alarm="${low.id}"]`).focus()
    await press('Enter')
    await page.locator(`[data-detail="${low.id}"]`).waitFor()
    await press('Escape')
    await page.locator('.detail').waitFor({ state: 'detached' })
  })

  it('searches with /, and no shortcut acts while somebody types', async () => {
    await press('/')
    await page.locator('input[name=search]:focus').waitFor()
    await page.keyboard.type('gatsm?')
    expect(await page.locator('input[name=search]').inputValue()).toBe('gatsm?')
    expect(page.url()).toContain('#/alarms')
    await page.locator('input[name=search]').fill('')
    await page.locator('input[name=search]').blur()
  })

  it('goes to its pages with G and a letter', async () => {
    await press('g', 't')
    await page.locator('h1', { hasText: '工单' }).waitFor()
    await press('g', 'a')
    await page.locator('h1', { hasText: '报警' }).waitFor()
    await press('g', 'd')
    await expect.poll(() => page.url()).toMatch(/#\/devices$/)
    await page.goBack()
    await page.locator('.row').first().waitFor()
  })

  it('mutes with M', async () => {
    const before = await page.locator('[data-sound]').getAttribute('data-sound')
    expect(before).not.toBe('off')
    await press('m')
    await page.locator('[data-sound=off]').waitFor()
    await press('m')
    await page.locator('[data-sound]:not([data-sound=off])').waitFor()
  })

  it('shows its shortcuts with ?, changes one, tells conflicts, and resets', async () => {
    await press('?')
    const line = (id: string) => page.locator(`[data-shortcut=${id}]`)
    await line('acknowledge').getByRole('button').click()
    await line('acknowledge').getByText('请按新的键').waitFor()
    await press('s')
    await page.locator('[role=alert]', { hasText: '「S」已经用于「搁置」' }).waitFor()
    await line('acknowledge').getByRole('button').focus()
    await press('Enter', 'q')
    await line('acknowledge').locator('kbd', { hasText: 'Q' }).waitFor()
    await press('Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await page.reload()
    await page.locator('.row').first().waitFor()
    await press('j', 'a')
    expect(await page.locator('[role=dialog]').count()).toBe(0)
    await press('q')
    await page.locator('[role=dialog] input[name=note]').waitFor()
    await press('Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await press('?')
    await page.locator('[data-shortcut-reset]').focus()
    await press('Enter')
    await line('acknowledge').locator('kbd', { hasText: 'A' }).waitFor()
    await page.getByText('已恢复默认').waitFor()
    await press('Enter')
    await line('acknowledge').locator('kbd', { hasText: 'Q' }).waitFor()
    await press('Enter')
    await line('acknowledge').locator('kbd', { hasText: 'A' }).waitFor()
    await press('Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
  })

  it('does nothing behind what lies over the page, with Ctrl, Alt or Meta held, or while signs are composed', async () => {
    const quiet = async () => {
      expect(await page.locator('[role=dialog]').count()).toBe(0)
      expect(await page.locator('[data-sound]').getAttribute('data-sound')).toBe(sound)
      expect(await focused()).toBe(at)
    }
    await press('j')
    const at = await focused()
    const sound = await page.locator('[data-sound]').getAttribute('data-sound')
    for (const held of ['Control', 'Alt', 'Meta']) {
      for (const key of ['s', 'm', 'j', 'u']) await press(`${held}+${key}`)
    }
    await quiet()
    for (const method of ['isComposing: true', 'keyCode: 229']) {
      for (const key of ['a', 's', 'm', 'j', '?']) {
        const event = `new KeyboardEvent('keydown', { key: '${key}', bubbles: true, cancelable: true, ${method} })`
        expect(await page.evaluate(`document.activeElement.dispatchEvent(${event})`), `${method} ${key}`).toBe(true)
      }
    }
    await quiet()
    await press('?')
    await page.locator('[role=dialog]').waitFor()
    await press('j', 'k', 'a', 's', 'm', 'g', 't')
    expect(await page.locator('[role=dialog]').count()).toBe(1)
    await press('Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    expect(page.url()).toContain('#/alarms')
    await quiet()
  })

  it('does once what its key is held for', async () => {
    const sound = page.locator('[data-sound]')
    const before = await sound.getAttribute('data-sound')
    // Every press after the first is one of a key that is held.
    for (let times = 0; times < 4; times += 1) await page.keyboard.down('m')
    await page.keyboard.up('m')
    await expect.poll(() => sound.getAttribute('data-sound')).not.toBe(before)
    await press('m')
    await expect.poll(() => sound.getAttribute('data-sound')).toBe(before)
  })

  it('switches all of them off, for who speaks or is read to', async () => {
    await page.locator('[data-tool=help]').focus()
    await press('Enter')
    await page.locator('.help__switch input').focus()
    await press('Space', 'Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await press('g', 't')
    await press('?')
    expect(page.url()).toContain('#/alarms')
    expect(await page.locator('[role=dialog]').count()).toBe(0)
    await page.locator('[data-tool=help]').focus()
    await press('Enter')
    await page.locator('.help__switch input').focus()
    await press('Space', 'Escape')
    await page.locator('[role=dialog]').waitFor({ state: 'detached' })
    await press('g', 't')
    await page.locator('h1', { hasText: '工单' }).waitFor()
    await press('g', 'a')
  })

  it('skips to the content at the first Tab, and shows where it is', async () => {
    await page.reload()
    await page.locator('.row').first().waitFor()
    await press('Tab')
    expect(await page.evaluate(`document.activeElement.textContent.trim()`)).toBe('跳到正文')
    await press('Enter')
    expect(await page.evaluate(`document.activeElement.tagName`)).toBe('MAIN')
    expect(page.url()).toContain('#/alarms')
    await press('j')
    const outline = `getComputedStyle(document.activeElement).outlineStyle`
    await expect.poll(() => page.evaluate(outline)).toBe('solid')
  })

  it('acknowledges everything without a mouse', async () => {
    await page.locator('.head .check').focus()
    await press('Space', 'a')
    await page.locator('[role=dialog] input[name=note]:focus').waitFor()
    await press('Enter')
    await expect.poll(() => page.locator('.row[data-calls=true]').count()).toBe(0)
    expect(await state('leak-b1')).toBe('acked')
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
