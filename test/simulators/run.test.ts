import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createService } from '../../api/service.ts'
import type { Service } from '../../api/service.ts'
import type { DeviceDescription } from '../../simulators/devices/index.ts'
import { demo } from '../../simulators/scenarios/demo.ts'
import { runLive } from '../../simulators/run.ts'
import type { LiveOptions, Scenario } from '../../simulators/run.ts'

const options = (more: Partial<LiveOptions>): LiveOptions => ({
  mqttUrl: 'mqtt://127.0.0.1:1',
  httpUrl: 'http://127.0.0.1:1',
  token: 'none',
  scenario: 'demo',
  seed: 1,
  signal: new AbortController().signal,
  log: () => undefined,
  ...more,
})

describe('a live run', () => {
  it('names the scenarios there are when asked for another', async () => {
    await expect(runLive(options({ scenario: 'fire' }))).rejects.toThrow(
      'there is no scenario "fire"; choose one of: demo',
    )
  })

  it('refuses a speed that is none', async () => {
    for (const speed of [0, -1, NaN, Infinity]) {
      await expect(runLive(options({ speed }))).rejects.toThrow('speed must be a number above 0')
    }
  })

  it('says in one sentence that the service does not answer', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    await expect(runLive(options({ httpUrl: `http://127.0.0.1:${port}` }))).rejects.toThrow(
      `the simulated building could not be set up: fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    )
  })

  it('ends without an error when it is called off before it began', async () => {
    await expect(runLive(options({ signal: AbortSignal.abort() }))).resolves.toBeUndefined()
  })
})

describe('a live run against the service', () => {
  const token = 'token-of-this-test-alone'
  const folder = mkdtempSync(join(tmpdir(), 'shifen-run-'))
  const few = new Set(['leak-b2-01', 'leak-b2-02', 'lift-1a', 'meter-pump'])
  const scenario: Scenario = {
    ...demo,
    devices: demo.devices.filter(({ id }) => few.has(id)),
    opening: [
      { afterMs: 60_000, device: 'leak-b2-01', fault: 'leak' },
      { afterMs: 90_000, device: 'meter-pump', fault: 'over_voltage' },
    ],
    rounds: [],
  }
  let service: Service

  const api = async <Answer>(path: string, body?: unknown) => {
    const response = await fetch(`${service.addresses().http}/api/v1${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }
  const items = async <Item>(path: string) => (await api<{ items: Item[] }>(path)).items

  const start = (more: Partial<LiveOptions> = {}) => {
    const ending = new AbortController()
    const lines: string[] = []
    const { http, mqtt } = service.addresses()
    const ended = runLive({
      mqttUrl: mqtt!,
      httpUrl: http,
      token,
      scenario,
      seed: 1,
      speed: 60,
      signal: ending.signal,
      log: (line) => lines.push(line),
      ...more,
    })
    return { ending, lines, ended }
  }

  beforeAll(async () => {
    const config = loadConfig(null, {
      SHIFEN_DATA_DIR: folder,
      SHIFEN_ADMIN_TOKEN: token,
      SHIFEN_HTTP_PORT: '0',
      SHIFEN_MQTT_PORT: '0',
      SHIFEN_LOG_LEVEL: 'error',
    })
    service = createService({ config })
    await service.start()
  })
  afterAll(async () => {
    await service.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('takes an emergency from the wet sensor to the closed ticket, and leaves others’ tickets alone', async () => {
    await api('/devices', { id: 'theirs', site: 'default', kind: 'water_leak' })
    const theirs = { site: 'default', category: 'water_leak', title: '漏水', device: 'theirs' }
    const other = await api<{ id: string }>('/tickets', theirs)

    const { ending, lines, ended } = start()
    interface Seen {
      state: string
      device: string
      assignee: string | null
      clocks: { milestone: string; state: string }[]
    }
    const closed = async () => {
      const [ticket] = (await items<Seen>('/tickets?limit=50')).filter(({ device }) => device === 'leak-b2-01')
      expect(ticket?.state).toBe('closed')
      return ticket!
    }
    const ticket = await vi.waitFor(closed, { timeout: 40_000, interval: 200 })
    expect(ticket.assignee).toBe('张伟')
    expect(ticket.clocks.map(({ milestone, state }) => `${milestone} ${state}`)).toEqual(
      expect.arrayContaining(['accept met', 'arrive met', 'complete met']),
    )

    // The over-voltage has no ticket: whoever looks around acknowledges and repairs it.
    const quiet = async () => {
      const alarms = await items<{ rule: string; state: string; acknowledgedBy: string | null }>('/alarms?limit=50')
      expect(alarms.map(({ rule }) => rule).sort()).toEqual(['power_meter.over_voltage', 'water_leak.wet'])
      for (const { state, acknowledgedBy } of alarms) expect([state, acknowledgedBy]).toEqual(['normal', 'admin'])
    }
    await vi.waitFor(quiet, { timeout: 30_000, interval: 200 })

    expect(await items('/rejections')).toEqual([])
    for (const { id } of scenario.devices) {
      const device = await api<{ health: { online: boolean }; points: object }>(`/devices/${id}`)
      expect(device.health.online).toBe(true)
      expect(Object.keys(device.points).length).toBeGreaterThan(2)
    }
    ending.abort()
    await ended
    expect((await api<{ health: { online: boolean } }>('/devices/lift-1a')).health.online).toBe(false)
    expect((await api<{ state: string }>(`/tickets/${other.id}`)).state).toBe('pending_dispatch')
    expect(lines).toContain('leak-b2-01 is wet (B2 水泵房)')
    expect(lines.join('\n')).toMatch(/ticket \d{8}-\d{4}: 张伟 on site after \d+ s\n/)
  }, 90_000)

  it('has a leak close the simulated valve of its zone, and the ticket says so; the crew opens it again', async () => {
    const of = (id: string) => demo.devices.find((device) => device.id === id)!
    const sensor = { ...of('leak-b2-01'), id: 'leak-zone' }
    // Quicker than the demo's: the crew is sixty times quicker than life.
    const quick = { kind: 'valve' as const, spec: { travelMs: 1_000 } }
    const valve: DeviceDescription = { ...of('valve-b2'), ...quick, id: 'valve-zone' }
    const opening = [{ afterMs: 120_000, device: sensor.id, fault: 'leak' as const }]
    const { ending, lines, ended } = start({ scenario: { ...scenario, devices: [sensor, valve], opening } })
    const isOpen = async () => {
      const device = await api<{ conditions: Record<string, { state: string }> }>(`/devices/${valve.id}`)
      return device.conditions['valve.open']?.state
    }
    interface Seen {
      id: string
      commands: { device: string; command: string; state: string; rule: string | null }[]
      history: { action: string; note: string }[]
    }
    const closed = async () => {
      const [{ id } = { id: 'none' }] = await items<Seen>(`/tickets?device=${sensor.id}`)
      const ticket = await api<Seen>(`/tickets/${id}`)
      expect(ticket.commands).toMatchObject([
        { device: valve.id, command: 'close', state: 'done', rule: 'water_leak.wet' },
      ])
      return ticket
    }
    const ticket = await vi.waitFor(closed, { timeout: 40_000, interval: 100 })
    expect(ticket.history.filter(({ action }) => action === 'command').map(({ note }) => note)).toEqual([
      'valve-zone close: sent',
      expect.stringMatching(/^valve-zone close: done/),
    ])
    expect(lines).toContain('valve-zone is closed (B2 水泵房)')
    await vi.waitFor(async () => expect(await isOpen()).toBe('active'), { timeout: 40_000, interval: 200 })
    expect(lines.join('\n')).toContain('valve-zone is opened again')
    const opened = (await items<{ command: string; state: string }>(`/devices/${valve.id}/commands`))[0]!
    expect(opened).toMatchObject({ command: 'open' })
    expect(await items('/rejections')).toEqual([])
    ending.abort()
    await ended
  }, 120_000)

  it('starts again on devices that are there already', async () => {
    const { ending, lines, ended } = start({ speed: 0.001 })
    const online = async () => {
      for (const { id } of scenario.devices) {
        expect((await api<{ health: { online: boolean } }>(`/devices/${id}`)).health.online).toBe(true)
      }
    }
    await vi.waitFor(online, { timeout: 15_000, interval: 200 })
    ending.abort()
    await ended
    expect(lines.filter((line) => line.includes('cannot connect'))).toEqual([])
  })

  it('says so where a device exists at another site', async () => {
    const elsewhere = { ...scenario, site: { ...scenario.site, id: 'elsewhere' } }
    await expect(start({ scenario: elsewhere }).ended).rejects.toThrow(
      /could not be set up: the device \S+ exists already at the site riverside, not at elsewhere/,
    )
  })

  it('says so where the token is not known', async () => {
    await expect(start({ token: 'another' }).ended).rejects.toThrow(/^the simulated building could not be set up: .+/)
  })
})
