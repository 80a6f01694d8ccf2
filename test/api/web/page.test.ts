import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'

const SCRIPT = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'

describe.skipIf(!hasPrograms('chromium'))('the dashboard, in a browser', { timeout: 60_000 }, () => {
  let desk: TestDesk
  let page: Page

  beforeAll(async () => {
    desk = await startDesk()
    ;({ page } = await desk.open('dispatcher', '#/tickets'))
  }, 120_000)
  afterAll(() => desk?.end())

  it('logs in by the token of its address, which it then hides', async () => {
    await page.locator('.badge[data-state=live]').waitFor()
    expect(page.url()).not.toContain('token')
    const readable = 'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])'
    expect(await page.evaluate(readable)).not.toContain(desk.property.tokens.dispatcher)
  })

  it.each([
    ['engineer', 'alarms'],
    ['dispatcher', 'alarms'],
    ['admin', 'alarms'],
    ['viewer', 'wall'],
    ['responder', 'jobs'],
  ] as const)('begins for the role %s at #/%s', async (role, home) => {
    const { page: own, context } = await desk.open(role, '#/nowhere-at-all')
    await own.getByText('没有这个页面').waitFor()
    await own.locator('a[href="#/"]').click()
    await own.waitForURL(new RegExp(`#/${home}$`))
    await context.close()
  })

  it('goes where the address is changed to before the first page has come', async () => {
    const { page: own, context } = await desk.open('dispatcher', '#/tickets')
    await own.locator('h1').waitFor()
    let come = () => {}
    const held = new Promise<void>((resolve) => (come = resolve))
    await own.route('**/ConsoleFace-*.js', (route) => held.then(() => route.continue()))
    await own.reload({ waitUntil: 'commit' })
    await own.locator('.opening').waitFor()
    await own.evaluate(`location.hash = '#/wall'`)
    come()
    await own.locator('.wall').waitFor()
    expect(own.url()).toMatch(/#\/wall$/)
    await context.close()
  })

  it('says that a drill runs, and until when', async () => {
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    const asked = { site: 'default', title: { zh: SCRIPT, en: 'Leak drill' }, endsAt, devices: ['leak-9f'], notify: {} }
    const { id } = await desk.service.api<{ id: string }>('POST', '/drills', asked)
    const notice = page.locator(`[data-drill="${id}"]`)
    await notice.waitFor()
    expect(await notice.textContent()).toContain(`演练中${SCRIPT}`)
    expect(await page.evaluate(`'hacked' in window`)).toBe(false)
    await desk.service.api('POST', `/drills/${id}/end`, {})
    await notice.waitFor({ state: 'detached' })
  })

  it('says on the ticket of a leak what became of the valve of its zone, in the language that is chosen', async () => {
    await desk.property.add({ id: 'valve-9', kind: 'valve', name: 'valve-9' })
    for (const id of ['leak-b2', 'valve-9']) await desk.service.api('PATCH', `/devices/${id}`, { zone: 'zone-9' })
    await desk.property.leak('leak-b2', true)
    await page.getByText('阀门 valve-9 正在关闭').waitFor()
    await page.locator('.switch__option[lang="en"]').click()
    await page.getByText('Valve valve-9 is closing').waitFor()
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^en/)
    type Commands = { items: { id: string }[] }
    const { items } = await desk.service.api<Commands>('GET', '/devices/valve-9/commands')
    await desk.property.say('valve-9', 'command/reply', { id: items[0]!.id, ok: true })
    await page.getByText('Valve valve-9 closed').waitFor()
  })

  it('keeps the language and the theme that were chosen, as it keeps them now and as it once did', async () => {
    const { page: own, context } = await desk.open('engineer', '#/alarms')
    const shown = () =>
      own.evaluate<string>('`${document.documentElement.lang} ${document.documentElement.dataset.theme}`')
    await own.locator('h1', { hasText: '报警' }).waitFor()
    await own.evaluate(`localStorage.setItem('shifen.locale', 'en'); localStorage.setItem('shifen.theme', 'dark')`)
    await own.reload()
    await own.locator('h1', { hasText: 'Alarms' }).waitFor()
    expect(await shown()).toBe('en-GB dark')
    await own.locator('.switch__option[lang^="zh"]').click()
    await own.locator('[data-tool=theme]').click()
    await expect.poll(shown).toBe('zh-CN grey')
    await own.reload()
    await own.locator('h1', { hasText: '报警' }).waitFor()
    expect(await shown()).toBe('zh-CN grey')
    await context.close()
  })

  it('has the API’s page beside it, drawn from its own files', async () => {
    const { page: docs, context } = await desk.open('admin', 'docs')
    // Of many routes it draws those that are in sight.
    await docs.getByText('/api/v1/session').first().waitFor()
    await context.close()
  })

  it('broke no content security policy, asked no other host and threw nothing on the way', () =>
    desk.expectNoTroubles())
})
