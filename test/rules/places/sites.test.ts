import { afterEach, beforeEach, expect, it } from 'vitest'
import { responder, savePlan } from '../../support/people.ts'
import { ADMIN, EngineBench, HOUR } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => {
  bench = await EngineBench.open()
  await create()
})
afterEach(() => bench.close())

const create = () =>
  bench.command({ type: 'create_site', site: { id: 'river', name: '滨江', timezone: 'Asia/Shanghai' } })
const remove = () => bench.command({ type: 'delete_site', id: 'river' })

it('a site that has or had a gateway is kept', async () => {
  await bench.command({ type: 'add_gateway', id: 'gateway-1', site: 'river', topics: ['zigbee2mqtt/#'] })
  await expect(remove()).rejects.toThrow('devices, gateways or tickets')
  await bench.command({ type: 'remove_gateway', id: 'gateway-1' })
  await expect(remove()).rejects.toThrow('devices, gateways or tickets')
})

it('the mutes of a site that is removed end, so that one added later under its name is not silent', async () => {
  const over = { category: 'water_leak' }
  const until = bench.clock.now() + HOUR
  await bench.command({ type: 'plan_mute', site: 'river', over, reason: 'works', from: null, until }, ADMIN)
  await remove()
  await create()
  await bench.provision('leak-2', 'water_leak', 'river')
  await bench.say('leak-2', { levels: { 'water.leak': true } })
  expect((await bench.alarm()).muted).toBeNull()
  expect(await bench.tickets()).toHaveLength(1)
})

it('a site that a plan names is kept until the plan is changed', async () => {
  await savePlan(bench, 'responder', responder('li', { sites: ['river', 'default'] }))
  await expect(remove()).rejects.toThrow('responder li names site river; change that first')
  await savePlan(bench, 'responder', responder('li', { sites: ['default'] }), false)
  await remove()
  expect(bench.engine.world().sites.has('river')).toBe(false)
})
