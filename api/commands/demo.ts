import { Command } from 'commander'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Role } from '../../rules/model.ts'
import { loadConfig } from '../config.ts'
import type { Doors } from '../notices.ts'
import type { Service } from '../service.ts'
import { Failure } from './failure.ts'
import { readyLine, startOrExplain, stopOnSignals } from './serve.ts'
import { speedOf } from './simulate-options.ts'

interface DemoOptions {
  seed: string
  speed: string
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('the service with a simulated building, on a throw-away folder')
    .option('--seed <seed>', 'another seed, another story', 'demo')
    .option('--speed <factor>', 'how much faster than life devices, people and emergencies are', '1')
    .action(runDemo)
}

async function runDemo({ seed, ...options }: DemoOptions): Promise<void> {
  const speed = speedOf(options) ?? 1
  const { createService } = await import('../service.ts')
  const { createOutgoing } = await import('../outgoing.ts')
  const { createGuard } = await import('../outgoing-guard.ts')
  const { readAll } = await import('../../simulators/reading/read-all.ts')
  const { CHANNEL_URL, playLive, withChannel } = await import('../../simulators/simulate.ts')
  const { createPanel } = await import('../../simulators/panel.ts')
  const { seededRandom } = await import('../../simulators/random.ts')
  const { systemClock } = await import('../../rules/clock.ts')
  const { isOfImportance } = await import('../../simulators/lines.ts')
  const { scenarios, faults } = readAll(['demo'], {})
  const [scenario] = scenarios
  if (scenario === undefined) throw new Failure(faults.join('\n'))

  const dataDir = mkdtempSync(join(tmpdir(), 'shifen-demo-'))
  process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  const token = `demo-${randomBytes(16).toString('hex')}`
  const environment = {
    SHIFEN_LOG_LEVEL: 'warn',
    ...process.env,
    SHIFEN_DATA_DIR: dataDir,
    SHIFEN_ADMIN_TOKEN: token,
  }
  const config = loadConfig(null, environment)
  if (config.mqtt.port === 'off') throw new Failure('the demo needs its broker: leave SHIFEN_MQTT_PORT=off out', 2)
  const outgoing = withPhones(createOutgoing(createGuard(config.outgoing.allow)), CHANNEL_URL)
  const clock = systemClock()
  const { simulation, onHand } = createPanel({ scenario, clock, speed, random: seededRandom(seed).fork('panel') })
  const service = createService({ config, clock, outgoing, simulation })
  await startOrExplain(service, config)
  const { http, mqtt } = service.addresses()
  say(readyLine(service))
  say(`\n  十分 Shifen · demo building 滨江花园, simulated, thrown away at the end (Ctrl+C)\n`)
  const person = scenario.people.responders[0]!
  const personsToken = await newToken(service, token, { role: 'responder', name: person.id })
  say(`  open   ${http}/#token=${token}`)
  say(`  wall   ${http}/#/wall   in the same browser`)
  say(`  phone  ${http}/#token=${personsToken}   as ${person.name}, in a private window`)
  say(`  token  ${token}\n`)

  const ending = new AbortController()
  const playing = playLive({
    scenario: { ...withChannel(scenario), lastsMs: Infinity },
    seed,
    onHand,
    signal: ending.signal,
    target: { mqttUrl: mqtt!, httpUrl: http, token, speed, onStumble: tell },
    onLine: (line) => isOfImportance(line) && tell(line.text),
  })
  stopOnSignals(service, async () => {
    ending.abort()
    await playing
  })
  await playing
}

async function newToken(service: Service, admin: string, asked: { role: Role; name: string }): Promise<string> {
  const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' }
  const request = new Request('http://demo/api/v1/tokens', { method: 'POST', headers, body: JSON.stringify(asked) })
  return ((await (await service.fetch(request)).json()) as { token: string }).token
}

/** What is sent to the crew is in their hands at once; all else goes where it is sent. */
const withPhones = (doors: Doors, url: string): Doors => ({
  ...doors,
  post: (asked) => (asked.url.startsWith(url) ? Promise.resolve(DELIVERED) : doors.post(asked)),
})
const DELIVERED = { ok: true, status: 200, headers: {}, body: '' } as const

const say = (line: string) => void process.stdout.write(`${line}\n`)
const tell = (text: string) => say(`  ${new Date().toTimeString().slice(0, 8)}  ${text}`)
