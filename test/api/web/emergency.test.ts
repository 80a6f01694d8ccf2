import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenedPage } from '../../support/browser.ts'
import { picture } from '../../support/browser.ts'
import { startDesk, type TestDesk } from '../../support/desk.ts'
import { hasPrograms } from '../../support/programs.ts'
import { draw, newestTicket, photograph, step, type TicketTold } from './phone-visit.ts'

/** One emergency as it is lived: the wall sees it, the desk watches over it, the hand does it, each in its own browser. */
describe.skipIf(!hasPrograms('chromium'))(
  'a whole emergency by clicking, in three browsers',
  { timeout: 180_000 },
  () => {
    let desk: TestDesk
    let wall: OpenedPage
    let engineer: OpenedPage
    let dispatcher: OpenedPage
    let phone: OpenedPage
    let ticket: TicketTold

    beforeAll(async () => {
      desk = await startDesk()
      wall = await desk.open('viewer', '#/wall', { size: 'wall', theme: 'dark' })
      engineer = await desk.open('engineer', '#/alarms')
      phone = await desk.open('responder', '#/jobs', { size: 'phone', theme: 'dark' })
    }, 180_000)
    afterAll(() => desk?.end())

    const stateOnWall = (text: string) =>
      wall.page.locator(`[data-emergency="${ticket.number}"]`, { hasText: text }).waitFor()
    const stopOnDesk = (name: string) =>
      engineer.page.locator(`[data-stop="${name}"][data-standing="reached"]`).waitFor({ state: 'attached' })

    it('is on all three screens as soon as the sensor is wet', async () => {
      await wall.page.locator('[data-clear]').waitFor()
      await desk.property.leak('leak-b2', true)
      await wall.page.locator('[data-emergency] .ring').waitFor()
      await engineer.page.locator('[data-alarm][data-state="unacked"]').waitFor()
      ticket = await newestTicket(desk.service, 'leak-b2')
      await phone.page.locator(`.job[data-job="${ticket.number}"]`).first().waitFor()
      await picture(wall.page, 'emergency/1-wall')
      await picture(engineer.page, 'emergency/1-console')
      await picture(phone.page, 'emergency/1-phone')
    })

    it('is acknowledged at the desk, which stops no clock', async () => {
      const { page } = engineer
      const row = page.locator('[data-alarm]')
      await row.locator('[data-act="acknowledge"]').click()
      await page.locator('[role=dialog] input[name=note]').fill('已看到，张伟在去')
      await page.locator('[role=dialog] button[type=submit]').click()
      await page.locator('[data-alarm][data-state="acked"]').waitFor()
      await page.getByRole('link', { name: ticket.number }).first().click()
      await page.waitForURL(/#\/tickets\//)
      await stopOnDesk('opened')
      expect(await wall.page.locator('[data-emergency] .ring').getAttribute('data-tone')).toBe('ample')
    })

    it('is taken, driven to and reached by hand, while desk and wall follow', async () => {
      const { page } = phone
      await page.locator(`.job[data-job="${ticket.number}"]`).first().click()
      await page.locator(`main[data-job="${ticket.number}"]`).waitFor()
      await step(page, 'accept', 'accepted')
      await stateOnWall('已接单')
      await stopOnDesk('accept')
      await step(page, 'depart', 'en_route')
      await stateOnWall('在途')
      await stateOnWall('张伟')
      await page.locator('.bar [data-main][data-action="arrive"]:enabled').click()
      await page.locator('.sheet [data-main]').click()
      await page.locator('.state[data-state="on_site"]').waitFor()
      await stopOnDesk('arrive')
      await picture(engineer.page, 'emergency/2-console-on-site')
    })

    it('is repaired, photographed and signed for, and the wall is quiet again', async () => {
      const { page } = phone
      await photograph(page, '处理后', 1)
      await page.locator('.bar [data-main][data-action="complete"]:enabled').click()
      await page.locator('.sheet textarea').nth(0).fill('密封圈老化')
      await page.locator('.sheet textarea').nth(1).fill('更换密封圈，试水无渗漏')
      await page.locator('.sheet [data-main]').click()
      await page.locator('.state[data-state="completed"]').waitFor()
      await stopOnDesk('complete')
      await page.locator('.bar [data-main][data-action="sign-off"]:enabled').click()
      await page.locator('.sheet input:not([type="checkbox"])').fill('王女士')
      await draw(page)
      await page.locator('.sheet [data-main]:enabled').click()
      await page.locator('.state[data-state="signed_off"]').waitFor()
      await stopOnDesk('sign_off')
      await wall.page.locator(`[data-emergency="${ticket.number}"]`).waitFor({ state: 'detached' })
      await wall.page.locator('[data-clear]').waitFor()
      await picture(wall.page, 'emergency/3-wall-clear')
      await picture(engineer.page, 'emergency/3-console-signed')
      await picture(phone.page, 'emergency/3-phone-signed')
    })

    it('is closed by the service desk, with every step in time and in the words of who did it', async () => {
      dispatcher = await desk.open('dispatcher', `#/tickets/${ticket.id}`)
      await dispatcher.page.locator('[data-step="close"]').first().click()
      await dispatcher.page.locator('dialog[open] button[type=submit]').click()
      await expect
        .poll(async () => (await desk.service.api<TicketTold>('GET', `/tickets/${ticket.id}`)).state)
        .toBe('closed')
      const told = await desk.service.api<TicketTold & { clocks: { milestone: string; state: string }[] }>(
        'GET',
        `/tickets/${ticket.id}`,
      )
      const states = new Map(told.clocks.map(({ milestone, state }) => [milestone, state]))
      expect([states.get('accept'), states.get('arrive'), states.get('complete')]).toEqual(['met', 'met', 'met'])
      const people = told.history.filter(({ by }) => by === 'zhang').map(({ action }) => action)
      expect(people).toEqual(expect.arrayContaining(['accept', 'depart', 'arrive', 'complete', 'sign-off']))
      await picture(dispatcher.page, 'emergency/4-console-closed')
      desk.expectNoTroubles()
    })
  },
)
