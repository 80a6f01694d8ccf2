import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { runShifen, startNode, temporaryFolder } from '../../support/process.ts'

const folder = temporaryFolder()
const program = join(import.meta.dirname, '../../../dist/api/main.js')
afterAll(() => folder.remove())

interface Ticket {
  id: string
  state: string
  device: string | null
  assignee: string | null
  clocks: { milestone: string; state: string }[]
}

it('is a building of 41 devices whose first leak is a ticket within a minute, to which somebody comes', async () => {
  const env = { SHIFEN_HTTP_PORT: '0', SHIFEN_MQTT_PORT: '0', TMPDIR: folder.path }
  const running = startNode([program, 'demo', '--speed', '10'], { cwd: folder.path, env })
  const addressed = await vi.waitFor(() => /open {3}(http:\S+)\/#token=(\S+)/.exec(running.stdout)!.slice(1), 20_000)
  const [http, token] = addressed as [string, string]
  const items = async <Item>(path: string) => {
    const response = await fetch(`${http}/api/v1/${path}`, { headers: { authorization: `Bearer ${token}` } })
    return ((await response.json()) as { items: Item[] }).items
  }
  const [, persons] = /phone {2}http:\S+\/#token=(\S+)/.exec(running.stdout)!
  const who = await fetch(`${http}/api/v1/session`, { headers: { authorization: `Bearer ${persons}` } })
  expect(await who.json()).toMatchObject({ name: 'zhang', role: 'responder' })
  const ofLeak = async () => (await items<Ticket>('tickets?device=leak-b2-01'))[0]
  await vi.waitFor(async () => expect(await ofLeak()).toBeDefined(), { timeout: 60_000, interval: 200 })

  const met = async () => {
    const ticket = await ofLeak()
    expect(ticket!.clocks).toContainEqual(expect.objectContaining({ milestone: 'arrive', state: 'met' }))
    expect(ticket!.assignee).not.toBeNull()
  }
  await vi.waitFor(met, { timeout: 60_000, interval: 200 })
  const devices = await items<{ id: string; health: { online: boolean } }>('devices?limit=100')
  expect(devices.filter(({ health }) => health.online)).toHaveLength(41)
  expect(await items('rejections')).toEqual([])

  running.signal('SIGINT')
  const { code, stdout, stderr } = await running.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(readdirSync(folder.path).filter((name) => name.startsWith('shifen-demo-'))).toEqual([])
  expect(stdout).toMatch(/^shifen ready http=http:\S+ mqtt=mqtt:\S+\n/)
  expect(stdout).toMatch(/\n {2}\d\d:\d\d:\d\d {2}leak-b2-01 is wet \(B2 水泵房\)\n/)
  expect(stdout).toMatch(/ {2}ticket \d{8}-\d{4} of leak-b2-01 opened: Water leak: B2 水泵房\n/)
  expect(stdout).toContain('valve-b2 is closed (B2 水泵房)')
  expect(stdout).not.toMatch(/ notice |: leak begins|clock \w+ of ticket \S+ (?:started|met)\n/)
}, 150_000)

it('refuses a speed that is none, before anything begins', async () => {
  const { code, stdout, stderr } = await runShifen(['demo', '--speed', '0'], { cwd: folder.path })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr.trim()).toBe('--speed is a number above 0, not 0')
  expect(existsSync(join(folder.path, 'data'))).toBe(false)
})
