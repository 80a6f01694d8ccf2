import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { ADMIN_TOKEN } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

describe.skipIf(!hasPrograms('chromium'))('what is refused while a form is open', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let ticket: string

  beforeAll(async () => {
    desk = await startDesk()
    await desk.property.leak('leak-b2', true)
    const { items } = await desk.service.api<{ items: { id: string }[] }>('GET', '/tickets')
    ticket = items[0]!.id
  }, 120_000)
  afterAll(() => desk?.end())

  const form = (page: Page) => page.locator('.dialog[open]')
  async function fill(page: Page): Promise<void> {
    await page.locator('.menu__opener').first().click()
    await page.locator('[data-step=cancel]').click()
    await form(page).locator('textarea').fill('误报')
  }

  it('is said with the facts that are there, and as the service says it where some are not', async () => {
    const { page } = await desk.open('dispatcher', `#/tickets/${ticket}`)
    let told: object = {}
    await page.route('**/api/v1/tickets/*/cancel', (route) =>
      route.fulfill({ status: 409, json: { title: 'Conflict', status: 409, detail: 'the sentence', ...told } }),
    )
    const said = async (refusal: object): Promise<string> => {
      told = refusal
      await form(page).locator('[type=submit]').click()
      const text = form(page).locator('.failure__text')
      await text.waitFor()
      const words = await text.innerText()
      await form(page).locator('.failure .button').click()
      await text.waitFor({ state: 'detached' })
      return words
    }
    await fill(page)
    const hostile = '{name} @:app.name | %{x} <b>'
    expect(await said({ reason: 'taken', facts: { name: hostile } })).toContain(`${hostile} 已经先接单了`)
    expect(await said({ reason: 'taken', facts: { name: 'a\u202eb' } })).toContain('\u2068a\u202eb\u2069 已经先接单了')
    const unsaid = [
      ...[{ facts: null }, { facts: {} }, {}, { facts: { name: null } }, { facts: { name: { a: 1 } } }].map((rest) => ({
        reason: 'taken',
        ...rest,
      })),
      { reason: 'own_request', facts: { until: 'soon' } },
      { reason: 'needs', facts: { needs: [1] } },
      { reason: 'constructor', facts: {} },
    ]
    for (const refusal of unsaid) {
      const words = await said(refusal)
      expect(words, JSON.stringify(refusal)).toContain('状态已经变了')
      expect(words).toContain('系统原文')
    }
    told = { reason: 'approval_refused', facts: { by: '王工', note: '长'.repeat(4000) } }
    await form(page).locator('[type=submit]').click()
    await form(page).locator('.failure').waitFor()
    expect((await form(page).locator('.failure').boundingBox())!.height).toBeLessThan(220)
  })

  it('ends with a login in front of the form, which keeps what was typed', async () => {
    const { page, context } = await desk.open('dispatcher', `#/tickets/${ticket}`)
    await fill(page)
    await context.clearCookies()
    await form(page).locator('[type=submit]').click()
    const login = page.locator('.login--over')
    await login.waitFor()
    await picture(page, 'console/login-over-form')
    expect(await accessibilityFaults(page)).toEqual([])
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Escape')
    await login.locator('input').fill(ADMIN_TOKEN)
    await login.locator('[type=submit]').click()
    await page.locator('.signed-in').waitFor()
    await login.waitFor({ state: 'detached' })
  })

  it('is gone on with after the same person has signed in again', async () => {
    const { page, context } = await desk.open('dispatcher', `#/tickets/${ticket}`)
    await fill(page)
    await context.clearCookies()
    await form(page).locator('[type=submit]').click()
    const login = page.locator('.login--over')
    await login.locator('input').fill(desk.property.tokens.dispatcher)
    await page.keyboard.press('Enter')
    await login.waitFor({ state: 'detached' })
    expect(await form(page).locator('textarea').inputValue()).toBe('误报')
    await form(page).locator('[type=submit]').click()
    await form(page).waitFor({ state: 'detached' })
    desk.expectNoTroubles()
  })
})
