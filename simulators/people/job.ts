import type { SeededRandom } from '../random.ts'
import type { Range, ResponderDescription } from '../scenario.ts'

/** How somebody will handle one job. */
export interface JobPlan {
  acceptsMs: number
  departsMs: number
  repairsMs: number
  completesMs: number
  declines: boolean
  late: boolean
}

/** The same for the same person and ticket, whatever else happens. */
export function planJob(who: ResponderDescription, ticket: string, random: SeededRandom): JobPlan {
  const own = random.fork(`${who.id} ${ticket}`)
  const within = ([fromMs, toMs]: Range) => own.integer(fromMs, toMs)
  return {
    acceptsMs: within(who.acceptsMs),
    departsMs: within(who.departsMs),
    repairsMs: within(who.repairsMs),
    completesMs: within(who.completesMs),
    declines: own.chance(who.declines),
    late: own.chance(who.late),
  }
}

/** What a work order says of a repair (服务工作单), by what the ticket is about. */
const REPAIRS: Readonly<Record<string, { cause: string; measure: string }>> = {
  water_leak: { cause: '接头老化', measure: '更换接头' },
  elevator: { cause: '门锁触点接触不良', measure: '调整门锁触点' },
  power: { cause: '断路器跳闸', measure: '排除故障后送电' },
}

export const repairOf = (category: string) => REPAIRS[category] ?? { cause: '设备故障', measure: '修复' }

const picture = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

/** The smallest pictures there are, one grey pixel each, PNG; two of them, since the same bytes are one photo. */
export const PHOTOS = {
  before: picture('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='),
  after: picture('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4AQAAygDJmcpdfgAAAABJRU5ErkJggg=='),
} as const
