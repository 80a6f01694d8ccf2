import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ADMIN_TOKEN, startNode, startService, temporaryFolder, type ServiceProcess } from '../support/process.ts'
import { hasPrograms } from '../support/programs.ts'
import { mosquitto, type Mosquitto } from './mosquitto.ts'

// Runs take as long as they say, and a busy machine takes its time to begin them.
vi.setConfig({ testTimeout: 90_000 })

const program = join(import.meta.dirname, '../../dist/api/main.js')

/** Both of them tell in six seconds what a wall clock takes three for. */
const SPEED = ['--speed', '2']

/** Nobody ever comes. */
const LEFT = `
title: A leak that nobody sees to
lasts: 5s
site: { id: quick-left }
devices: [{ id: leak-left, kind: water_leak, location: B2 水泵房 }]
people: { desk: nobody }
timeline: [{ at: 1s, device: leak-left, fault: leak }]
expect: [{ ticket opened: { device: leak-left } }]
`

interface Told {
  passed: boolean
  runs: { tickets: { number: string; device: string }[]; verdicts: { met: boolean; happened: string }[] }[]
}

const folder = temporaryFolder()
let service: ServiceProcess
let broker: Mosquitto | null = null

const start = async (name: string, env: Record<string, string> = {}) => {
  service = await startService(join(folder.path, name), { env, cwd: folder.path })
}

const begin = (scenario: string, url: string, ...more: string[]) => {
  const target = ['--live', '--http', service.http, '--url', url, '--token', ADMIN_TOKEN]
  return startNode([program, 'simulate', scenario, ...target, ...more], { cwd: folder.path })
}

/** Runs it to its end. */
const simulate = async (scenario: string, url: string, ...more: string[]) => {
  const { code, stdout, stderr } = await begin(scenario, url, '--json', ...SPEED, ...more).ended
  const told = stdout === '' ? null : (JSON.parse(stdout) as Told)
  const missed = told?.runs.flatMap(({ verdicts }) => verdicts.filter(({ met }) => !met)) ?? []
  return { code, stderr, missed, told }
}

const isPassed = expect.objectContaining({ passed: true }) as unknown
const passes = expect.objectContaining({ code: 0, missed: [], told: isPassed }) as unknown

afterAll(() => folder.remove())

describe('a live run against a service with its own broker', () => {
  beforeAll(() => start('own'))
  afterAll(() => service.stop())

  it('passes, with a login for each device, and leaves no token behind', async () => {
    const run = await simulate('quick-leak', service.mqtt.url)
    expect(run).toEqual(passes)
    expect(run.stderr).toContain("the service's own delays stay as they are")
    const tokens = await service.api<{ items: unknown[] }>('GET', '/tokens')
    expect(tokens.items).toHaveLength(1)
  })

  it('passes again on what the first one left, whose ticket is not its own', async () => {
    const run = await simulate('quick-leak', service.mqtt.url)
    expect(run).toEqual(passes)
    expect(run.told!.runs[0]!.tickets).toHaveLength(1)
  })

  it('finds a device behind a gateway, and knows it again in the next run', async () => {
    expect(await simulate('quick-gateway', service.mqtt.url)).toEqual(passes)
    expect(await simulate('quick-gateway', service.mqtt.url)).toEqual(passes)
  })

  it('says which tickets are left over, and shows nothing with what joins them', async () => {
    const file = join(folder.path, 'left.yaml')
    writeFileSync(file, LEFT)
    expect(await simulate(file, service.mqtt.url)).toEqual(passes)
    const { code, stderr, told } = await simulate(file, service.mqtt.url)
    expect(code).toBe(1)
    expect(stderr).toMatch(/\d{8}-\d{4} of quick-left are still open from before/)
    expect(told!.runs[0]!.tickets).toEqual([])
  })

  it('touches no device of another site', async () => {
    const file = join(folder.path, 'foreign.yaml')
    writeFileSync(file, LEFT.replaceAll('leak-left', 'leak-foreign').replaceAll('quick-left', 'quick-foreign'))
    await service.api('POST', '/devices', { id: 'leak-foreign', site: 'default', kind: 'water_leak' })
    const { code, stderr } = await simulate(file, service.mqtt.url)
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not at the site quick-foreign') as unknown,
    })
  })

  it('says that somebody else has made a new login of one of its devices', async () => {
    const running = begin('quick-leak', service.mqtt.url)
    await vi.waitFor(() => expect(running.stdout).toContain('leak begins'), { timeout: 30_000 })
    await service.api('POST', '/devices/leak-quick-2/credentials', {})
    const { code, stderr } = await running.ended
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the login of leak-quick-2 was taken away: another run') as unknown,
    })
  })

  it('wants a token that is one', async () => {
    const run = await simulate('quick-leak', service.mqtt.url, '--token', 'wrong')
    expect(run).toMatchObject({ code: 1, told: null })
    expect(run.stderr).toContain('--token or SHIFEN_TOKEN')
  })
})

describe('a live run that loses its service', () => {
  it('says so and fails', async () => {
    await start('lost')
    const running = begin('quick-leak', service.mqtt.url)
    await vi.waitFor(() => expect(running.stdout).toContain('leak begins'), { timeout: 30_000 })
    await service.kill()
    const { code, stderr } = await running.ended
    expect(code).toBe(1)
    expect(stderr.trim()).toMatch(/^the (?:service|broker) at \S+ (?:went away|does not answer)[^\n]*$/)
  })
})

describe.skipIf(!hasPrograms('mosquitto', 'mosquitto_passwd'))('a live run through Mosquitto', () => {
  const url = ({ port }: Mosquitto, user: string) => `mqtt://${user}:${user}-pass@127.0.0.1:${port}`

  beforeAll(async () => {
    broker = await mosquitto({ shifen: 'shifen-pass', devices: 'devices-pass' })
    await start('mosquitto', { SHIFEN_MQTT_URL: url(broker, 'shifen') })
  })
  afterAll(async () => {
    await service.stop()
    await broker!.remove()
  })

  it('passes with one login for all devices', async () => {
    expect(await simulate('quick-leak', url(broker!, 'devices'))).toEqual(passes)
  })

  it('says that its login is not taken', async () => {
    const { code, stderr } = await simulate('quick-leak', url(broker!, 'nobody'))
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot connect to the broker/) as unknown,
    })
  })

  it('fails when the broker goes away', async () => {
    const running = begin('quick-leak', url(broker!, 'devices'), '--junit', 'lost.xml')
    await vi.waitFor(() => expect(running.stdout).toContain('leak begins'), { timeout: 30_000 })
    await broker!.stop()
    const { code, stderr } = await running.ended
    expect(code).toBe(1)
    expect(stderr.trim()).toMatch(/^the broker at 127\.0\.0\.1:\d+ went away[^\n]*$/)
    expect(readFileSync(join(folder.path, 'lost.xml'), 'utf8')).toContain('<error message="the broker at 127.0.0.1')
  })
})
