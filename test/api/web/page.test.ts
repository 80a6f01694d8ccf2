import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { findProgram, hasPrograms } from '../../support/programs.ts'

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync']
const SCRIPT = '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
const WITHIN_MS = 20_000

interface Login {
  username: string
  password: string
  clientId: string
  topic: string
}

describe.skipIf(!hasPrograms('chromium'))('the dashboard, in a browser', { timeout: 60_000 }, () => {
  const folder = temporaryFolder()
  const root = join(import.meta.dirname, '../../..')
  let service: ServiceProcess
  let browser: Browser
  let page: Page
  const troubles: string[] = []

  beforeAll(async () => {
    if (!existsSync(join(root, 'dist/web/index.html'))) {
      execFileSync('npm', ['run', '--silent', 'build:web'], { cwd: root, stdio: 'inherit' })
    }
    service = await startService(join(folder.path, 'data'))
    browser = await chromium.launch({ executablePath: findProgram('chromium')!, args: ARGS })
    page = watch(await browser.newPage({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } }))
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await service?.kill()
    folder.remove()
  })

  const leak = async (id: string, name: string, location: string) => {
    const device = { id, site: 'default', kind: 'water_leak', name, location }
    const { mqtt } = await service.api<{ mqtt: Login }>('POST', '/devices', device)
    const client = await connectAsync(service.mqtt.url, mqtt)
    await client.publishAsync(`${mqtt.topic}/event`, '{"event":"water.leak","active":true}', { qos: 1 })
    await client.endAsync()
  }
  const watch = (opened: Page) => {
    opened.setDefaultTimeout(WITHIN_MS)
    opened.on('console', (message) => {
      const text = message.text()
      if (/content security policy|refused to|violates/i.test(text)) troubles.push(text)
    })
    opened.on('pageerror', (error) => troubles.push(error.message))
    return opened
  }
  const badge = (state: string) => page.locator(`.badge[data-state="${state}"]`)

  it('logs in by the token of its address, which it then hides', async () => {
    await page.goto(`${service.http}/#token=${ADMIN_TOKEN}`)
    await badge('live').waitFor()
    expect(page.url()).not.toContain('token')
    const readable = 'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])'
    expect(await page.evaluate(readable)).not.toContain(ADMIN_TOKEN)
  })

  it('shows a leak as a ticket whose minutes run down', async () => {
    await leak('leak-1', '水泵房传感器', 'B2 pump room')
    const card = page.locator('[data-ticket]')
    await card.waitFor()
    expect(await card.textContent()).toContain('B2 pump room 漏水')
    expect(await card.getAttribute('data-tone')).toBe('ample')
    const figures = card.locator('.ring__figures')
    const first = await figures.textContent()
    expect(first).toMatch(/^\d+:\d\d$/)
    await expect.poll(() => figures.textContent(), { timeout: WITHIN_MS }).not.toBe(first)
    const inSeconds = (text: string | null) => text!.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
    expect(inSeconds(await figures.textContent())).toBeLessThan(inSeconds(first))
  })

  it('shows what a device is called as text, whatever is in it', async () => {
    await leak('leak-2', SCRIPT, SCRIPT)
    await page.locator('[data-ticket]').nth(1).waitFor()
    expect(await page.locator('main').textContent()).toContain(SCRIPT)
    expect(await page.locator('main script, main img').count()).toBe(0)
    expect(await page.evaluate(`'hacked' in window`)).toBe(false)
  })

  it('acknowledges an alarm', async () => {
    const { items } = await service.api<{ items: { id: string }[] }>('GET', '/alarms?device=leak-1')
    const row = page.locator(`[data-alarm="${items[0]!.id}"]`)
    expect(await row.getAttribute('data-state')).toBe('unacked')
    await row.locator('button.button').first().click()
    await page.locator(`[data-alarm="${items[0]!.id}"][data-state="acked"]`).waitFor()
    expect(await service.api('GET', `/alarms/${items[0]!.id}`)).toMatchObject({
      state: 'acked',
      acknowledgedBy: 'admin',
    })
  })

  it('takes a ticket its next step, asking for what the step needs', async () => {
    const { items } = await service.api<{ items: { id: string; number: string }[] }>('GET', '/tickets?device=leak-1')
    const { id, number } = items[0]!
    const card = page.locator(`[data-ticket="${number}"]`)
    await card.locator('.card__next').click()
    const dialog = page.locator('dialog[open]')
    await dialog.locator('input').fill('王师傅')
    await dialog.locator('button[type=submit]').click()
    await dialog.waitFor({ state: 'detached' })
    await card.getByText('王师傅').waitFor()
    expect(await service.api('GET', `/tickets/${id}`)).toMatchObject({ state: 'assigned', assignee: '王师傅' })
    await card.locator('.card__next').click()
    await card.getByText('已接单').first().waitFor()
    expect(await service.api('GET', `/tickets/${id}`)).toMatchObject({ state: 'accepted' })
  })

  it('says that a drill runs, and until when', async () => {
    const endsAt = new Date(Date.now() + 600_000).toISOString()
    const asked = { site: 'default', title: { zh: SCRIPT, en: 'Leak drill' }, endsAt, devices: ['leak-2'], notify: {} }
    const { id } = await service.api<{ id: string }>('POST', '/drills', asked)
    const notice = page.locator(`[data-drill="${id}"]`)
    await notice.waitFor()
    expect(await notice.textContent()).toContain(`演练中${SCRIPT}`)
    await service.api('POST', `/drills/${id}/end`, {})
    await notice.waitFor({ state: 'detached' })
  })

  it('speaks English where that is chosen', async () => {
    await page.locator('.switch__option[lang="en"]').click()
    await page.getByText('Water leak: B2 pump room').first().waitFor()
    expect(await page.locator('html').getAttribute('lang')).toMatch(/^en/)
  })

  it('says on the ticket of a leak what became of the valve of its zone', async () => {
    const about = { site: 'default', zone: 'zone-9' }
    await service.api('POST', '/devices', { ...about, id: 'valve-9', kind: 'valve', name: 'valve-9' })
    await service.api('PATCH', '/devices/leak-2', { zone: 'zone-9' })
    const { mqtt } = await service.api<{ mqtt: Login }>('POST', '/devices/leak-2/credentials')
    const client = await connectAsync(service.mqtt.url, mqtt)
    const wet = (active: boolean) =>
      client.publishAsync(`${mqtt.topic}/event`, `{"event":"water.leak","active":${active}}`, { qos: 1 })
    await wet(false)
    await new Promise((resolve) => setTimeout(resolve, 3_500))
    await wet(true)
    await client.endAsync()
    await page.getByText('Valve valve-9 is closing').waitFor()
    const { items } = await service.api<{ items: { id: string }[] }>('GET', '/devices/valve-9/commands')
    const valve = await service.api<{ mqtt: Login }>('POST', '/devices/valve-9/credentials')
    const answering = await connectAsync(service.mqtt.url, valve.mqtt)
    const reply = JSON.stringify({ id: items[0]!.id, ok: true })
    await answering.publishAsync(`${valve.mqtt.topic}/command/reply`, reply, { qos: 1 })
    await answering.endAsync()
    await page.getByText('Valve valve-9 closed').waitFor()
  })

  it('recovers by itself when the service was killed and comes back', async () => {
    const ports = { SHIFEN_HTTP_PORT: new URL(service.http).port, SHIFEN_MQTT_PORT: String(service.mqtt.port) }
    await service.kill()
    await page.locator('.badge:not([data-state="live"])').waitFor()
    expect(await page.locator('[data-ticket]').count()).toBe(2)
    service = await startService(join(folder.path, 'data'), { env: ports })
    await badge('live').waitFor()
    await leak('leak-3', 'third', 'after the restart')
    await page.getByText('Water leak: after the restart').first().waitFor()
    expect(await page.locator('[data-ticket]').count()).toBe(3)
  })

  it('has the API’s page beside it, drawn from its own files', async () => {
    const docs = watch(await browser.newPage())
    const foreign: string[] = []
    docs.on('request', (request) => {
      if (!request.url().startsWith(service.http) && !request.url().startsWith('data:')) foreign.push(request.url())
    })
    await docs.goto(`${service.http}/docs`)
    // Of many routes it draws those that are in sight.
    await docs.getByText('/api/v1/session').first().waitFor()
    expect(foreign).toEqual([])
    await docs.close()
  })

  it('broke no content security policy and threw nothing on the way', () => {
    expect(troubles).toEqual([])
  })
})
