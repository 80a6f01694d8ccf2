import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createService, type Service } from '../../api/service.ts'
import type { News } from '../../simulators/facts.ts'
import { forgiving } from '../../simulators/forgiving.ts'
import { startLive } from '../../simulators/live.ts'
import { ADMIN_TOKEN, serviceEnvironment, temporaryFolder } from '../support/process.ts'

const folder = temporaryFolder()
const sockets = new Set<Socket>()
let service: Service
/** What lies between the service and whoever is outside, and can break. */
const line = createServer((socket) => {
  const far = connect(Number(new URL(service.addresses().http).port), '127.0.0.1')
  for (const each of [socket, far]) each.on('error', () => undefined)
  sockets.add(socket.on('close', () => far.destroy()))
  socket.pipe(far).pipe(socket)
})

beforeAll(async () => {
  service = createService({ config: loadConfig(null, { ...serviceEnvironment(folder.path) }) })
  await service.start()
  await once(line.listen(0, '127.0.0.1'), 'listening')
})
afterAll(async () => {
  line.close()
  for (const socket of sockets) socket.destroy()
  await service.stop()
  folder.remove()
})

it('goes on after a break with what came to be meanwhile, and says once why', async () => {
  const site = { id: 'default', name: '', timezone: 'Asia/Shanghai' }
  const httpUrl = `http://127.0.0.1:${(line.address() as AddressInfo).port}`
  const target = { httpUrl, mqttUrl: 'mqtt://127.0.0.1:1', token: ADMIN_TOKEN, speed: 1 }
  const live = await startLive({ ...target, scenario: { site, devices: [] }, tellsRejections: false })
  const told: string[] = []
  const ground = forgiving(live, (why) => told.push(why))
  const heard: News[] = []

  for (const socket of sockets) socket.destroy()
  const report = { site: 'default', category: 'other', title: 'meanwhile' }
  const opened = await fetch(`${service.addresses().http}/api/v1/tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(report),
  })
  expect(opened.status).toBe(201)
  await vi.waitFor(
    async () => {
      await ground.until(ground.now() + 100)
      heard.push(...(await ground.news()))
      expect(heard).toContainEqual(expect.objectContaining({ about: 'ticket' }))
    },
    { timeout: 10_000, interval: 10 },
  )
  expect(told).toEqual([expect.stringMatching(/^the service at http:\S+ went away: [^\n]+$/)])
  await ground.close()
})
