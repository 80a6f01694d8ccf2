import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityFaults, picture } from '../../support/browser.ts'
import { hasPrograms } from '../../support/programs.ts'
import { arriveByHand, cut, entries, kinds, type PhoneGround, startPhone, untilSent, WITHIN } from './phone-ground.ts'
import { photograph, step, ticketOf } from './phone-visit.ts'

describe.skipIf(!hasPrograms('chromium'))('the phone without a network', { timeout: 120_000 }, () => {
  let ground: PhoneGround

  beforeAll(async () => {
    ground = await startPhone({ theme: 'dark' })
  }, 180_000)
  afterAll(() => ground?.end())

  it('keeps what is done in a basement, over a reload too, and sends it once and in order when there is a network', async () => {
    const { page, context } = ground.phone
    const { id, number } = await ground.given('B2 水泵房')
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await arriveByHand(page)
    await photograph(page, '处理前', 3)
    await page.locator('[data-entry="photo"]').waitFor()
    expect(await kinds(page)).toEqual(['accept', 'depart', 'arrive', 'photo'])
    await picture(page, 'phone/offline-job-zh')
    expect(await accessibilityFaults(page)).toEqual([])

    await page.reload()
    await page.locator('.cut').waitFor()
    await page.locator(`main[data-job="${number}"]`).waitFor()
    await page.locator('.state[data-state="on_site"]').waitFor()
    expect(await kinds(page)).toEqual(['accept', 'depart', 'arrive', 'photo'])
    await page.goto(`${ground.service.http}/#/jobs`)
    await page.locator(`.job[data-job="${number}"][data-state="on_site"]`).waitFor()
    await page.getByText('4 项待发送').waitFor()
    await picture(page, 'phone/offline-jobs-zh')
    await page.locator('.link', { hasText: '待发送 4' }).click()
    await expect.poll(() => kinds(page), WITHIN).toEqual(['accept', 'depart', 'arrive', 'photo'])
    await picture(page, 'phone/offline-queue-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    expect((await ticketOf(ground.service, id)).state).toBe('assigned')

    await context.setOffline(false)
    await page.getByText('都已发送').waitFor()
    await page.locator('.cut').waitFor({ state: 'detached' })
    expect(await ground.history(id)).toEqual(['accept', 'depart', 'arrive', 'photo'])
    const told = await ticketOf(ground.service, id)
    expect(told.state).toBe('on_site')
    expect(told.history.find(({ action }) => action === 'arrive')!.note).toMatch(
      /^现场操作时间 \d\d:\d\d:\d\d，当时没有网络$/,
    )
    const photos = await ground.service.api<{ items: { sizeBytes: number }[] }>('GET', `/tickets/${id}/photos`)
    expect(photos.items).toHaveLength(1)
  })

  it('sends nothing twice where the service is killed while it takes what was kept', async () => {
    const { page, context } = ground.phone
    const { id } = await ground.given('B1 配电房')
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await arriveByHand(page)
    for (const seed of [4, 5, 6]) await photograph(page, '处理后', seed)
    await page.locator('.bar [data-action="first-handling"]:enabled').click()
    await page.locator('[data-entry="first-handling"]').waitFor()
    await context.setOffline(false)
    await expect.poll(async () => (await ground.history(id)).length, { ...WITHIN, interval: 5 }).toBeGreaterThan(1)
    await ground.service.kill()
    await ground.restart()
    await untilSent(page)
    const wanted = ['accept', 'depart', 'arrive', 'photo', 'photo', 'photo', 'first-handling']
    expect(await ground.history(id)).toEqual(wanted)
  })

  it('keeps what somebody else was faster with in sight, with its words, and what builds on it waits', async () => {
    const { page, context } = ground.phone
    const { id, number } = await ground.given('4号楼 401')
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await ground.act(id, 'assign', { assignee: 'li' })
    await ground.act(id, 'accept')
    await context.setOffline(false)
    await page.locator('[data-entry="accept"][data-stand="refused"]').waitFor()
    await page.getByText('李强 已经先接单了').waitFor()
    await page.locator('[data-entry="depart"][data-stand="held"]').waitFor()
    await picture(page, 'phone/refused-zh')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await ground.history(id)).toEqual([])

    await page.goto(`${ground.service.http}/#/jobs/queue`)
    for (const left of [1, 0]) {
      const [entry] = await entries(page).all()
      await entry!.getByText('舍弃', { exact: true }).click()
      await entry!.getByText('确定舍弃').click()
      await expect.poll(() => entries(page).count(), WITHIN).toBeLessThanOrEqual(left)
      if (left === 1 && (await entries(page).count()) === 0) break
    }
    await page.goto(`${ground.service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    await expect.poll(() => page.locator(`[data-job="${number}"]`).count(), WITHIN).toBe(0)
  })

  it('asks where others have written into the work order meanwhile, and merges both', async () => {
    const { page, context } = ground.phone
    const { id } = await ground.given('10号楼 1001')
    await step(page, 'accept', 'accepted')
    await untilSent(page)
    await cut(context, page)
    await page.locator('.quick__way', { hasText: '材料' }).click()
    await page.locator('[data-line="0"] [data-field="name"]').fill('生料带')
    await page.locator('[data-line="0"] [data-field="price"]').fill('3')
    await page.locator('.sheet [data-main]').click()
    await page.locator('[data-entry="costs"]').waitFor()
    const theirs = { kind: 'labour', name: '上门', quantity: 1, unit: '次', unitPriceFen: 5_000 }
    await ground.service.api('PATCH', `/tickets/${id}/job`, { costs: [theirs] })
    await context.setOffline(false)
    await page.locator('[data-entry="costs"][data-stand="refused"]').waitFor()
    await page.getByText('其间别人改过工作单，请看一看用哪一份').waitFor()
    await picture(page, 'phone/merge-zh')
    await page.getByText('两份合并').click()
    await untilSent(page)
    const { costs } = (await ticketOf(ground.service, id)).job
    expect(costs.map(({ name }) => name)).toEqual(['上门', '生料带'])
  })

  it('sends a step again without what was not right in it', async () => {
    const { page } = ground.phone
    const { id } = await ground.given('11号楼 1101')
    await step(page, 'accept', 'accepted')
    await step(page, 'depart', 'en_route')
    await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
    await page.locator('.sheet .code').fill('AAAA-AAAA')
    await page.locator('.sheet [data-main]').click()
    await page.getByText('编码不是这里的设备标签，请核对；也可以不填编码直接到场').waitFor()
    await page.getByText('不带编码，重新发送').click()
    await untilSent(page)
    expect((await ticketOf(ground.service, id)).job.arrival).toMatchObject({ way: 'hand' })
  })

  it('neither shows nor sends to somebody else who signs in on the same phone', async () => {
    const { context } = ground.phone
    let { page } = ground.phone
    const { id, number } = await ground.given('12号楼 1201')
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await page.locator('[data-entry="accept"]').waitFor()
    // The service is not to hear of it before somebody else is signed in.
    await page.close()
    await context.setOffline(false)
    page = await context.newPage()
    ground.phone = { ...ground.phone, page }
    const { token } = await ground.service.api<{ token: string }>('POST', '/tokens', { role: 'responder', name: 'li' })
    await page.goto(`${ground.service.http}/#token=${token}`)
    await page.locator('main.page').waitFor()
    await page.goto(`${ground.service.http}/#/jobs/queue`)
    await page.getByText('都已发送').waitFor()
    await page.goto(`${ground.service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    expect(await page.locator(`[data-job="${number}"]`).count()).toBe(0)
    expect(await ground.history(id)).toEqual([])
    expect((await ticketOf(ground.service, id)).state).toBe('assigned')

    await page.goto(`${ground.service.http}/#token=${ground.property.tokens.responder}`)
    await expect.poll(() => ground.history(id), WITHIN).toEqual(['accept'])
    expect(page.url()).not.toContain('token')
  })

  it('asks to sign in over the page where the session has ended meanwhile, and loses nothing', async () => {
    const { token, id: login } = await ground.service.api<{ token: string; id: string }>('POST', '/tokens', {
      role: 'responder',
      name: 'zhang',
    })
    const { page, context } = await ground.browser.open(ground.service.http, token, '#/jobs', { size: 'phone' })
    const { id } = await ground.given('13号楼 1301', page)
    await cut(context, page)
    await step(page, 'accept', 'accepted')
    await ground.service.api('DELETE', `/tokens/${login}`)
    await context.setOffline(false)
    await page.locator('.login--over').waitFor()
    await picture(page, 'phone/login-over-zh')
    expect(await ground.history(id)).toEqual([])
    await page.locator('.login input').fill(ground.property.tokens.responder)
    await page.locator('.login button[type="submit"]').click()
    await page.locator('.login--over').waitFor({ state: 'detached' })
    await expect.poll(() => ground.history(id), WITHIN).toEqual(['accept'])
    await page.locator('.state[data-state="accepted"]').waitFor()
    await context.close()
  })

  it('says so where nothing is kept of the job that is opened', async () => {
    const { page, context } = ground.phone
    await page.goto(`${ground.service.http}/#/jobs`)
    await page.locator('main.page').waitFor()
    await context.setOffline(true)
    await page.goto(`${ground.service.http}/#/jobs/unheard-of`)
    await page.getByText('连接不到服务器，这张工单手机里也没有保存过。').waitFor()
    await context.setOffline(false)
    await page.getByText('重试').click()
    await page.getByText('没有这张工单，或者您看不到它。').waitFor()
  })

  it('broke no policy and threw nothing on the way', () => {
    expect(ground.phone.troubles).toEqual([])
  })
})
