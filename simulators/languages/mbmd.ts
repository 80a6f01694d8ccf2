/** mbmd, which reads Modbus meters: a topic per value, three decimals, not retained; one will for all its meters. */
import type { Language } from './language.ts'
import { hasNews, packetOf } from './news.ts'

/** Topic → point, with what the point is multiplied by. */
const TOPICS: readonly (readonly [topic: string, point: string, times: number])[] = [
  ...([1, 2, 3] as const).flatMap((phase): [string, string, number][] => [
    [`Voltage/L${phase}`, `voltage.l${phase}`, 1],
    [`Current/L${phase}`, `current.l${phase}`, 1],
    [`Power/L${phase}`, `power.active.l${phase}`, 1],
  ]),
  ['Power', 'power.active', 1],
  ['ReactivePower', 'power.reactive', 1],
  ['ApparentPower', 'power.apparent', 1],
  ['Cosphi', 'power_factor', 1],
  ['Frequency', 'frequency', 1],
  ['Import', 'energy.active.import', 0.001],
]

export const mbmd: Language = {
  id: 'mbmd',
  kinds: ['power_meter'],
  topics: () => ['mbmd/#'],
  identity: ({ id }) => `mbmd:${id}`,
  tells: TOPICS.map(([, point]) => point),
  speaker(address) {
    const status = (word: string) => packetOf(address, 'mbmd/status', word, true)
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const values = statement.values()
        const words = TOPICS.flatMap(([topic, point, times]) => {
          const value = values[point]
          if (typeof value !== 'number') return []
          return [packetOf(address, `mbmd/${address.id}/${topic}`, (value * times).toFixed(3))]
        })
        return statement.levelsBefore === null ? [status('connected'), ...words] : words
      },
      will: () => status('disconnected'),
    }
  },
}
