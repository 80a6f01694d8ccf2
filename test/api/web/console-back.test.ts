import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const ENDED = 120

describe.skipIf(!hasPrograms('chromium'))('the way back in the console', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page
  const scrolled = () => page.evaluate<number>('Math.round(window.scrollY)')
  const closed = () => page.locator('[data-closed]')

  beforeAll(async () => {
    desk = await startDesk()
    for (let number = 10; number < 30; number += 1) {
      const place = { location: `${number} 层`, building: '1号楼' }
      await desk.property.add({ id: `leak-${number}`, kind: 'water_leak', name: `${number} 层水浸`, ...place })
    }
    for (let number = 0; number < ENDED; number += 1) {
      const about = { site: 'default', category: 'other', title: `报修 ${number}`, location: '1号楼' }
      const { id } = await desk.service.api<{ id: string }>('POST', '/tickets', about)
      await desk.service.api('POST', `/tickets/${id}/cancel`, { note: '重复报修' })
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

  it('comes back to as many pages of what is over as were read, and to their place, over a reload too', async () => {
    const asked: string[] = []
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url())
      if (pathname.endsWith('/tickets')) asked.push(searchParams.get('limit')!)
    })
    await page.evaluate(`location.hash = '#/tickets?view=closed'`)
    for (const count of [50, 100, ENDED]) {
      await expect.poll(() => closed().count()).toBe(count)
      if (count < ENDED) await page.locator('[data-more]').click()
    }
    await page.getByText('没有更多了').waitFor()
    await closed().nth(110).scrollIntoViewIfNeeded()
    const place = await scrolled()
    expect(place).toBeGreaterThan(2_000)
    const number = await closed().nth(110).getAttribute('data-closed')
    await page.locator(`[data-closed="${number}"] a`).click()
    await page.locator('.head').first().waitFor()
    await page.getByRole('button', { name: '返回' }).click()
    await expect.poll(() => closed().count()).toBe(ENDED)
    await expect.poll(scrolled).toBe(place)
    await picture(page, 'console/closed-again')
    await page.reload()
    await expect.poll(() => closed().count()).toBe(ENDED)
    await expect.poll(scrolled).toBe(place)
    expect(asked).toEqual(['50', '50', '50', '150', '150'])
  })

  it('begins with one page for who comes anew, or asks for something else', async () => {
    await page.locator('[data-nav=tickets]').click()
    await page.locator('[data-view=closed]').click()
    await expect.poll(() => closed().count()).toBe(50)
    await page.locator('[data-more]').click()
    await expect.poll(() => closed().count()).toBe(100)
    const url = page.waitForRequest(/tickets\?.*category=water_leak/)
    await page.evaluate(`location.replace('#/tickets?view=closed&c=water_leak')`)
    expect((await url).url()).toContain('limit=50')
  })

  it('broke no policy and threw nothing on the way', () => desk.expectNoTroubles())
})
