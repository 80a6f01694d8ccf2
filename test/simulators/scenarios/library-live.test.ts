import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, it, vi } from 'vitest'
import { isForLive } from '../../../simulators/for-live.ts'
import { shippedScenarios } from '../../../simulators/reading/library.ts'
import { readAll } from '../../../simulators/reading/read-all.ts'
import type { Scenario } from '../../../simulators/scenario.ts'
import { playLive } from '../../../simulators/simulate.ts'
import { ADMIN_TOKEN, startService, temporaryFolder, type ServiceProcess } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'
import { mosquitto, type Mosquitto } from '../mosquitto.ts'

/** All run at once: a run takes as long as it says, and a busy machine takes its time to begin it. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000, maxConcurrency: 100 })

const short = readAll(shippedScenarios(), {}).scenarios.filter(isForLive)

const hasGateways = ({ devices }: Scenario) => devices.some(({ gateway }) => gateway !== undefined)

/** One service for many, as a team has one: of different sites, and of one at most whose gateways a broker has. */
function byService(scenarios: readonly Scenario[]): Scenario[][] {
  const all: Scenario[][] = []
  const goTogether = (one: Scenario, other: Scenario) =>
    one.site.id !== other.site.id && !(hasGateways(one) && hasGateways(other))
  for (const scenario of scenarios) {
    const beside = all.find((others) => others.every((other) => goTogether(scenario, other)))
    if (beside) beside.push(scenario)
    else all.push([scenario])
  }
  return all
}

interface Stage {
  service: ServiceProcess
  /** Where devices publish. */
  mqttUrl: string
  broker: Mosquitto | null
}

const folder = temporaryFolder()
const stages: Record<string, Map<Scenario, Stage>> = { 'its own broker': new Map(), Mosquitto: new Map() }
const brokers = Object.keys(stages)

async function start(broker: string, scenarios: readonly Scenario[]): Promise<Stage> {
  const cwd = join(folder.path, `${broker} ${stages[broker]!.size}`)
  mkdirSync(cwd)
  return broker === 'Mosquitto' ? startBesideMosquitto(cwd, scenarios) : startAlone(cwd)
}

async function startAlone(cwd: string): Promise<Stage> {
  const service = await startService(join(cwd, 'data'), { cwd })
  return { service, mqttUrl: service.mqtt.url, broker: null }
}

async function startBesideMosquitto(cwd: string, scenarios: readonly Scenario[]): Promise<Stage> {
  const broker = await mosquitto({ shifen: 'shifen-pass', devices: 'devices-pass' })
  const url = (user: string) => `mqtt://${user}:${user}-pass@127.0.0.1:${broker.port}`
  const site = scenarios.find(hasGateways)?.site.id
  writeFileSync(join(cwd, 'shifen.yaml'), JSON.stringify({ brokers: [{ name: 'main', url: url('shifen'), site }] }))
  return { service: await startService(join(cwd, 'data'), { cwd }), mqttUrl: url('devices'), broker }
}

// One after the other: each has to be ready in time on a machine that is busy.
beforeAll(async () => {
  for (const broker of brokers) {
    if (broker === 'Mosquitto' && !hasPrograms('mosquitto', 'mosquitto_passwd')) continue
    for (const scenarios of byService(short)) {
      const stage = await start(broker, scenarios)
      for (const scenario of scenarios) stages[broker]!.set(scenario, stage)
    }
  }
})

afterAll(async () => {
  for (const { service, broker } of new Set(Object.values(stages).flatMap((all) => [...all.values()]))) {
    await service.stop()
    await broker?.remove()
  }
  folder.remove()
})

const cases = brokers.flatMap((broker) => short.map((scenario) => ({ broker, scenario, name: scenario.name })))

it.concurrent.for(cases)('the short scenario $name passes live, through $broker', async (played, { expect, skip }) => {
  const { broker, scenario } = played
  const stage = stages[broker]!.get(scenario)
  if (stage === undefined) return skip('Mosquitto is not installed')
  const target = { mqttUrl: stage.mqttUrl, httpUrl: stage.service.http, token: ADMIN_TOKEN, speed: 1 }
  const { verdicts, passed } = await playLive({ scenario, seed: 'live', target })
  const missed = verdicts.filter(({ met }) => !met)
  expect(missed.map(({ expectation, happened }) => `${expectation.text}: ${happened}`)).toEqual([])
  expect(passed).toBe(true)
})
