import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessibilityFaults,
  latinWords,
  type OpenedPage,
  picture,
  SIZES,
  startBrowser,
  type TestBrowser,
} from '../../support/browser.ts'
import { furnish, type Furnished } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'
import { attributes, draw, newestTicket, openJob, photograph, step, ticketOf } from './phone-visit.ts'

const LONG = `<img src=x onerror="window.hacked=1">\u202e${'很长'.repeat(2_000)}`
const OWN_WORDS = /^(B1|B2|JPEG|zhang|English)$/

describe.skipIf(!hasPrograms('chromium'))('the phone of a responder', { timeout: 120_000 }, () => {
  const folder = temporaryFolder()
  let service: ServiceProcess
  let property: Furnished
  let browser: TestBrowser
  let phone: OpenedPage
  const troubles: string[] = []

  beforeAll(async () => {
    service = await startService(join(folder.path, 'data'))
    property = await furnish(service)
    browser = await startBrowser()
    phone = await browser.open(service.http, property.tokens.responder, '#/jobs', { size: 'phone', theme: 'dark' })
    phone.page.on('pageerror', (error) => troubles.push(error.message))
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await property?.end()
    await service?.kill()
    folder.remove()
  })

  const report = (rest: object = {}) =>
    service.api<{ id: string; number: string }>('POST', '/tickets', {
      site: 'default',
      category: 'water_leak',
      title: '厨房漏水',
      location: '3号楼 201',
      priority: 'medium',
      reporter: { name: '王女士', phone: '138 0000 1234' },
      ...rest,
    })
  const give = (id: string, assignee = 'zhang') => service.api('POST', `/tickets/${id}/assign`, { assignee })

  it('shows a calm page to who has no job, and until when he is on duty', async () => {
    const { page } = phone
    await page.getByText('现在没有您的任务').waitFor()
    await page.getByText('滨江花园：您在值班').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await latinWords(page, OWN_WORDS)).toEqual([])
    await picture(page, 'phone/jobs-empty-zh')
  })

  it('says a new job aloud while it is open: a banner, the title, the phone shakes', async () => {
    const { page } = phone
    await page.evaluate(`window.shaken = []; navigator.vibrate = (ms) => window.shaken.push(ms)`)
    await property.leak('leak-b2', true)
    await page.locator('.fresh').waitFor()
    expect(await page.title()).toContain('新任务')
    expect(await page.evaluate('window.shaken.length')).toBe(1)
    await picture(page, 'phone/jobs-new-zh')
    await page.locator('.fresh__job').click()
    await page.locator('.bar [data-main]').waitFor()
    expect(await page.locator('.fresh').count()).toBe(0)
    expect(await page.title()).not.toContain('新任务')
  })

  it('takes a whole job from the call to the signature by its one large button', async () => {
    const { page } = phone
    const ticket = await newestTicket(service, 'leak-b2')
    await page.locator(`main[data-job="${ticket.number}"]`).waitFor()
    await picture(page, 'phone/job-assigned-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')

    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    const { code } = await service.api<{ code: string }>('GET', '/devices/leak-b2/arrival-code')
    await page.locator('.sheet .code').fill(code.toLowerCase())
    await picture(page, 'phone/arrive-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('.sheet [data-main]').click()
    await page.locator('.state[data-state="on_site"]').waitFor()

    await photograph(page, '处理前', 1)
    await photograph(page, '处理后', 2)
    await page.locator('main [data-photo]').nth(1).waitFor()

    await page.locator('.quick__way', { hasText: '材料' }).click()
    await page.locator('[data-line="0"] [data-field="name"]').fill('密封圈')
    await page.locator('[data-line="0"] [data-field="quantity"]').fill('2.5')
    await page.locator('[data-line="0"] [data-field="price"]').fill('18.5')
    await page.getByText('合计 46.25 元').waitFor()
    await picture(page, 'phone/costs-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('.sheet [data-main]').click()
    await page.getByText('密封圈 × 2.5个').waitFor()

    await page.locator('.bar [data-main][data-action="complete"]:enabled').click()
    await page.locator('.sheet textarea').nth(0).fill('密封圈老化')
    await page.locator('.sheet textarea').nth(1).fill('更换密封圈，试水无渗漏')
    await picture(page, 'phone/complete-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('.sheet [data-main]').click()
    await page.locator('.state[data-state="completed"]').waitFor()

    await page.locator('.bar [data-main][data-action="sign-off"]:enabled').click()
    await page.locator('.sheet input:not([type="checkbox"])').fill('王女士')
    await draw(page)
    await picture(page, 'phone/sign-zh')
    await page.setViewportSize({ width: 844, height: 390 })
    const turned = page.locator('.pad path')
    expect((await turned.getAttribute('d'))!.match(/M/g)).toHaveLength(2)
    await picture(page, 'phone/sign-landscape-zh')
    await page.setViewportSize(SIZES.phone)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.locator('.sheet [data-main]:enabled').click()
    await page.locator('.state[data-state="signed_off"]').waitFor()
    await page.getByText('已签字，等服务台关闭工单').waitFor()
    await expect.poll(async () => (await ticketOf(service, ticket.id)).state).toBe('signed_off')
    await page.getByText('客户签字：王女士').waitFor()
    await picture(page, 'phone/job-signed-zh')

    const told = await ticketOf(service, ticket.id)
    expect(told.job).toMatchObject({ cause: '密封圈老化', measure: '更换密封圈，试水无渗漏' })
    expect(told.job.arrival).toMatchObject({ way: 'code', device: 'leak-b2' })
    expect(told.job.costs).toMatchObject([{ name: '密封圈', quantity: 2.5, unitPriceFen: 1_850 }])
    const customer = told.job.signatures.find(({ signer }) => signer === 'customer')!
    expect(customer).toMatchObject({ name: '王女士', drawn: true })
    const svg = await fetch(`${service.http}/api/v1/tickets/${ticket.id}/signatures/${customer.id}.svg`, {
      headers: { authorization: `Bearer ${property.tokens.dispatcher}` },
    })
    expect((await svg.text()).match(/M[\d.]+ [\d.]+L/g)).toHaveLength(2)
    const photos = await service.api<{ items: { kind: string; type: string; sizeBytes: number }[] }>(
      'GET',
      `/tickets/${ticket.id}/photos`,
    )
    expect(photos.items.map(({ kind }) => kind)).toEqual(['before', 'after'])
    expect(photos.items.every(({ type, sizeBytes }) => type === 'image/jpeg' && sizeBytes <= 800 * 1024)).toBe(true)
  })

  it('lists what was done today below, and goes back by the way back', async () => {
    const { page } = phone
    await page.goBack()
    await page.locator('[data-section="done"] a').waitFor()
    expect(await page.locator('[data-section="own"]').count()).toBe(0)
    await picture(page, 'phone/jobs-done-zh')
  })

  it('puts those first that he was called to and nobody has accepted', async () => {
    const { page } = phone
    const [own, called] = [await report(), await report({ location: '5号楼 大堂', title: '天花板滴水' })]
    await give(own.id)
    await service.api('POST', `/tickets/${own.id}/accept`, {})
    await give(called.id)
    await page.locator(`[data-section="open"] [data-job="${called.number}"]`).waitFor()
    await page.locator(`[data-section="own"] [data-job="${own.number}"]`).waitFor()
    const order = await attributes(page.locator('main [data-job]'), 'data-job')
    expect(order).toEqual([called.number, own.number])
    const fresh = page.locator('.fresh__seen')
    if ((await fresh.count()) > 0) await fresh.click()
    await picture(page, 'phone/jobs-zh')
    await openJob(page, own.number)
    expect(await page.locator('a[href="tel:13800001234"]').count()).toBe(1)
    expect(await page.locator('a[href="tel:02155550000"]').count()).toBe(1)
    await page.goBack()
  })

  it('does nothing twice where a button is tapped twice', async () => {
    const { page } = phone
    const { id, number } = await report({ location: '6号楼 101' })
    await give(id)
    await openJob(page, number)
    await page.locator('.bar [data-main][data-action="accept"]:enabled').dblclick()
    await page.locator('.state[data-state="accepted"]').waitFor()
    await page.locator('.bar [data-main][data-action="depart"]:enabled').waitFor()
    expect((await ticketOf(service, id)).state).toBe('accepted')
    await page.goBack()
  })

  it('declines with a reason, and the job is gone', async () => {
    const { page } = phone
    const { id, number } = await report({ location: '7号楼 701' })
    await give(id)
    await openJob(page, number)
    await page.locator('.bar [data-action="decline"]').click()
    expect(await page.locator('.sheet .van-button--danger').isEnabled()).toBe(false)
    await page.locator('.sheet textarea').fill('人在城东，来不及')
    await picture(page, 'phone/decline-zh')
    await page.locator('.sheet .van-button--danger').click()
    await page.locator('.sheet').waitFor({ state: 'detached' })
    await expect
      .poll(async () => (await ticketOf(service, id)).history.find(({ action }) => action === 'decline')?.note)
      .toBe('人在城东，来不及')
    await page.goto(`${service.http}/#/jobs`)
    await page.locator('[data-section]').first().waitFor()
    await expect.poll(() => page.locator(`[data-job="${number}"]`).count()).toBe(0)
  })

  it('holds, goes on, tells the first handling and that the reporter was reached', async () => {
    const { page } = phone
    const { id, number } = await report({ location: '8号楼 801' })
    await give(id)
    await openJob(page, number)
    await step(page, 'accept', 'accepted')
    await page.locator('.bar [data-action="contact"]:enabled').click()
    await page.locator('.sheet .usual .button').first().click()
    await page.locator('.sheet .van-button--large').click()
    await page.locator('.sheet').waitFor({ state: 'detached' })
    await step(page, 'depart', 'en_route')
    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    await page.locator('.sheet [data-main]').click()
    await page.locator('.bar [data-action="first-handling"]:enabled').click()
    await page.locator('.bar [data-action="hold"]:enabled').click()
    await page.locator('.sheet textarea').fill('等配件')
    await page.locator('.sheet .van-button--large').click()
    await page.locator('.state[data-state="on_hold"]').waitFor()
    await picture(page, 'phone/job-held-zh')
    await step(page, 'resume', 'on_site')
    const wanted = ['accept', 'contact', 'depart', 'arrive', 'first-handling', 'hold', 'resume']
    await expect
      .poll(async () =>
        (await ticketOf(service, id)).history.filter(({ by }) => by === 'zhang').map(({ action }) => action),
      )
      .toEqual(wanted)
    await page.goBack()
  })

  it('asks for the position only when he presses for it, and does without where he refuses', async () => {
    const { page, context } = phone
    const { id, number } = await report({ location: '9号楼 901' })
    await give(id)
    await openJob(page, number)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    await context.grantPermissions(['geolocation'])
    await context.setGeolocation({ latitude: 31.2304, longitude: 121.4737, accuracy: 12 })
    await page.getByText('附上我的位置').click()
    await page.locator('[data-place]').waitFor()
    await page.locator('.sheet [data-main]').click()
    await page.locator('.state[data-state="on_site"]').waitFor()
    await expect
      .poll(async () => (await ticketOf(service, id)).job.arrival)
      .toMatchObject({ way: 'place', place: { latitude: 31.2304, longitude: 121.4737, accuracyM: 12 } })
    await page.goBack()
  })

  it('shows hostile and endless words as text, and keeps its shape', async () => {
    const { page } = phone
    const { id, number } = await report({
      title: LONG.slice(0, 190),
      location: LONG.slice(0, 190),
      description: LONG.slice(0, 3_900),
    })
    await give(id)
    await page.locator(`[data-job="${number}"]`).waitFor()
    const wide = () => page.evaluate('document.documentElement.scrollWidth - innerWidth')
    expect(await wide()).toBe(0)
    await openJob(page, number)
    expect(await wide()).toBe(0)
    expect(await page.locator('main img, main script').count()).toBe(0)
    expect(await page.evaluate(`'hacked' in window`)).toBe(false)
    await picture(page, 'phone/job-long-zh')
    await page.locator('.long__more').first().click()
    expect(await wide()).toBe(0)
    await page.goBack()
  })

  it.each([
    ['zh', 'grey'],
    ['zh', 'dark'],
    ['en', 'grey'],
    ['en', 'dark'],
  ] as const)('can be read and used by everybody, in %s and %s', async (locale, theme) => {
    const opened = await browser.open(service.http, property.tokens.responder, '#/jobs', {
      size: 'phone',
      locale,
      theme,
    })
    const { page } = opened
    const name = (of: string) => `phone/${of}-${locale}-${theme}`
    await page.locator('[data-section="own"]').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, name('jobs'))
    const small = await page.evaluate(`[...document.querySelectorAll('.job, .link, .bar button, .quick__way')]
      .map((each) => each.getBoundingClientRect()).filter(({ height }) => height > 0 && height < 56).length`)
    expect(small).toBe(0)
    for (const path of ['queue', 'help']) {
      await page.goto(`${service.http}/#/jobs/${path}`)
      await page.locator('main.page').waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await picture(page, name(path))
    }
    await page.goto(`${service.http}/#/jobs`)
    await page.locator('[data-section="own"] .job').last().click()
    await page.locator('.log li').first().waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, name('job'))
    for (const sheet of ['photo', 'costs', 'place', 'complete', 'sign', 'arrive', 'hold']) {
      await page.goto(`${page.url().split('?')[0]}?sheet=${sheet}`)
      await page.locator('.sheet .sheet__body > *').first().waitFor()
      expect(await accessibilityFaults(page)).toEqual([])
      await picture(page, name(`sheet-${sheet}`))
    }
    await page.setViewportSize({ width: 360, height: 640 })
    await page.goto(`${page.url().split('?')[0]}?sheet=sign`)
    await picture(page, name('small-sign'))
    await page.goto(`${page.url().split('?')[0]}`)
    await picture(page, name('small-job'))
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    if (locale === 'zh') {
      expect(await latinWords(page, /^(B1|B2|zhang|admin|img|src|x|onerror|window.hacked)$/)).toEqual([])
    }
    expect(opened.troubles).toEqual([])
    await opened.context.close()
  })

  it('has a job of another responder only to look at', async () => {
    const { page } = phone
    const { id } = await report()
    await give(id, 'li')
    await page.goto(`${service.http}/#/jobs/${id}`)
    await page.locator('.log li').first().waitFor()
    expect(await page.locator('.bar [data-main]').count()).toBe(0)
    await page.goto(`${service.http}/#/jobs/nothing`)
    await page.getByText('没有这张工单，或者您看不到它。').waitFor()
  })

  it('broke no policy, asked no other host and threw nothing on the way', () => {
    expect(phone.troubles).toEqual([])
    expect(troubles).toEqual([])
  })
})
