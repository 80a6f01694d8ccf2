/**
 * Tasmota at a three-phase meter (an SDM630 on its serial port): telemetry in `tele/T/SENSOR`, one value for what the
 * meter has once and a list for what it has by phase; its time is local, without a zone.
 */
import type { Language, Values } from './language.ts'
import { zonelessTime } from './names.ts'
import { hasNews, packetOf } from './news.ts'
import { DAY_MS } from '../../rules/model.ts'

const PHASES = ['l1', 'l2', 'l3'] as const

const number = (values: Values, point: string) => (typeof values[point] === 'number' ? values[point] : 0)
const rounded = (value: number, decimals: number) => Number(value.toFixed(decimals))

/** Counters of energy by the device's own day. */
interface Days {
  day: number
  todayFromKwh: number
  yesterdayKwh: number
}

export const tasmota: Language = {
  id: 'tasmota',
  kinds: ['power_meter'],
  topics: () => ['tele/#', 'stat/#'],
  identity: ({ id }) => `tasmota:${id}`,
  tells: [
    ...PHASES.flatMap((phase) => [`voltage.${phase}`, `current.${phase}`, `power.active.${phase}`]),
    ...['frequency', 'energy.active.import', 'temperature.device'],
  ],
  speaker(address) {
    const topic = `tele/${address.id}`
    const lwt = (word: string) => packetOf(address, `${topic}/LWT`, word, true)
    let startedAt = ''
    let days: Days | null = null
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const values = statement.values()
        const time = zonelessTime(occasion.atMs)
        startedAt ||= time
        days = daysAfter(days, Math.floor(occasion.atMs / DAY_MS), number(values, 'energy.active.import') / 1000)
        const body = {
          Time: time,
          ENERGY: { TotalStartTime: startedAt, ...energy(values, days) },
          ESP32: { Temperature: number(values, 'temperature.device') },
          TempUnit: 'C',
        }
        const sensor = packetOf(address, `${topic}/SENSOR`, body)
        return statement.levelsBefore === null ? [lwt('Online'), sensor] : [sensor]
      },
      will: () => lwt('Offline'),
    }
  },
}

function daysAfter(before: Days | null, day: number, totalKwh: number): Days {
  if (before === null) return { day, todayFromKwh: totalKwh, yesterdayKwh: 0 }
  if (before.day === day) return before
  return { day, todayFromKwh: totalKwh, yesterdayKwh: totalKwh - before.todayFromKwh }
}

function energy(values: Values, { todayFromKwh, yesterdayKwh }: Days): Record<string, unknown> {
  const totalKwh = number(values, 'energy.active.import') / 1000
  const byPhase = (quantity: string, decimals: number) =>
    PHASES.map((phase) => rounded(number(values, `${quantity}.${phase}`), decimals))
  const apparent = PHASES.map((phase) =>
    Math.round(number(values, `voltage.${phase}`) * number(values, `current.${phase}`)),
  )
  const power = byPhase('power.active', 0)
  return {
    Total: rounded(totalKwh, 4),
    Yesterday: rounded(yesterdayKwh, 3),
    Today: rounded(totalKwh - todayFromKwh, 3),
    Power: power,
    ApparentPower: apparent,
    Factor: power.map((watts, phase) => (apparent[phase] ? rounded(Math.min(1, watts / apparent[phase]), 2) : 0)),
    Frequency: number(values, 'frequency'),
    Voltage: byPhase('voltage', 1),
    Current: byPhase('current', 3),
  }
}
