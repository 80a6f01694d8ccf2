import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

describe.skipIf(!hasPrograms('chromium'))('the way back in the console', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  const scrolled = () => page.evaluate<number>('Math.round(window.scrollY)')

  beforeAll(async () => {
    desk = await startDesk()
    for (let number = 10; number < 30; number += 1) {
      const place = { location: `${number} 层`, building: '1号楼' }
      await desk.property.add({ id: `leak-${number}`, kind: 'water_leak', name: `${number} 层水浸`, ...place })
    }
    ;({ page } = await desk.open('engineer', '#/devices'))
    await page.locator('[data-device=leak-29]').waitFor()
  }, 120_000)
  afterAll(() => desk?.end())

  it('is back at its place in a list that is read again', async () => {
    await page.evaluate('window.scrollTo(0, 500)')
    await page.evaluate(`document.querySelector('[data-device=leak-29] a').click()`)
    await page.getByRole('button', { name: '返回' }).click()
    await page.locator('[data-device=leak-29]').waitFor()
    await expect.poll(scrolled).toBe(500)
  })

  it('is moved by nothing that stays on its page', async () => {
    await page.evaluate('window.scrollTo(0, 300)')
    await page.evaluate(`location.hash = '#/devices?q=${encodeURIComponent('层')}'`)
    await expect.poll(() => page.locator('.filters input').first().inputValue()).toBe('层')
    expect(await scrolled()).toBe(300)
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
