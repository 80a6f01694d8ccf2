/** AMS reader, a reader of Nordic meters: JSON with the meter's words `P`, `U1`, `I1`; `t` is epoch seconds. */
import type { Language, Values } from './language.ts'
import { hasNews, packetOf } from './news.ts'

const PHASES = [1, 2, 3] as const
const number = (values: Values, point: string) => Number(values[point] ?? 0)

export const amsReader: Language = {
  id: 'ams-reader',
  kinds: ['power_meter'],
  topics: () => ['amsleser/#'],
  identity: ({ id }) => `amsreader:${id}`,
  tells: PHASES.flatMap((phase) => [`voltage.l${phase}`, `current.l${phase}`]),
  speaker(address, random) {
    const rssi = random.integer(-75, -55)
    let startedMs: number | null = null
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        startedMs ??= occasion.atMs
        const values = statement.values()
        const data: Record<string, number> = {
          P: Math.max(0, number(values, 'power.active')),
          Q: Math.max(0, number(values, 'power.reactive')),
          PO: 0,
          QO: 0,
        }
        for (const phase of PHASES) data[`I${phase}`] = number(values, `current.l${phase}`)
        for (const phase of PHASES) data[`U${phase}`] = number(values, `voltage.l${phase}`)
        const t = Math.floor(occasion.atMs / 1000)
        const up = Math.max(0, Math.round((occasion.atMs - startedMs) / 1000))
        const about = { id: 'AA00', name: address.id, up, t, vcc: 3.28, rssi, temp: 0 }
        return [packetOf(address, 'amsleser/power', { ...about, data })]
      },
    }
  },
}
