import { afterEach, expect, it } from 'vitest'
import { type RunningDrill, withDrill } from '../../simulators/drill.ts'
import type { Ground } from '../../simulators/ground.ts'
import { play } from '../../simulators/play.ts'
import { seededRandom } from '../../simulators/random.ts'
import { findScenario } from '../../simulators/reading/library.ts'
import { readScenario } from '../../simulators/reading/read.ts'
import type { Scenario } from '../../simulators/scenario.ts'
import { startVirtual } from '../../simulators/virtual.ts'

let ground: Ground | undefined
afterEach(() => ground?.close())

interface Ticket {
  drill: string | null
  device: string
  assignee: string | null
}
const items = async (path: string) => ((await ground!.ask(null, 'GET', path)).body as { items: unknown[] }).items

it('lets a scenario play against a service as a drill: whom it names comes, and nobody else hears of it', async () => {
  const scenario = nightLeak()
  ground = await startVirtual({ scenario, random: seededRandom('1'), tellsRejections: false })
  let drill: RunningDrill | undefined
  await play({
    ...{ scenario, ground, seed: '1' },
    onProvisioned: async () => void (drill = await withDrill(ground!, scenario, { notify: ['zhang'] })),
  })
  await drill!.end()
  await drill!.end()
  const tickets = (await items('tickets')) as Ticket[]
  expect(tickets).toMatchObject([{ drill: drill!.id, device: 'leak-b2-01', assignee: 'zhang' }])
  const notices = (await items('notices?limit=500')) as { recipient: string | null; channel: string }[]
  expect([...new Set(notices.flatMap(({ recipient }) => recipient ?? []))]).toEqual(['zhang'])
  const report = await ground.ask(null, 'GET', `drills/${drill!.id}/report`)
  expect(report.body).toMatchObject({ drill: { state: 'ended' }, tickets: [{ calls: [{ responder: 'zhang' }] }] })
})

it('says why it cannot be', async () => {
  const scenario = nightLeak()
  ground = await startVirtual({ scenario, random: seededRandom('1'), tellsRejections: false })
  const asked = { notify: ['nobody-known'] }
  await expect(withDrill(ground, { ...scenario, lastsMs: 12 * 3_600_000 }, asked)).rejects.toThrow('12 hours at most')
  await expect(withDrill(ground, scenario, asked)).rejects.toThrow('the service does not begin the drill')
})

function nightLeak(): Scenario {
  const found = findScenario('night-leak')
  const read = readScenario(found.ok ? found.file : '')
  if (!read.ok) throw new Error('night-leak cannot be read')
  const { file, settings } = read.scenario
  const body = { id: 'sms', name: '短信', kind: 'http_sms', options: { url: 'https://sms.invalid/', body: '{{text}}' } }
  return {
    ...read.scenario,
    settings: [...settings, { collection: 'channels', body, place: { file, line: 1, column: 1 } }],
  }
}
