/**
 * A motor valve in a water pipe: it takes some seconds from one end to the other, tells when it has left or reached its
 * closed end, and answers a command once it has done it.
 */
import { clamp, round, wander } from './family.ts'
import type { DeviceFamily } from './family.ts'
import type { Answer, Told, Values } from '../languages/language.ts'

export interface ValveSpec {
  /** From one end to the other; 8 seconds unless set. */
  travelMs?: number
}

export interface ValveState {
  readonly spec: Required<ValveSpec>
  /** 0 closed, 1 fully open. */
  readonly position: number
  readonly target: 0 | 1
  /** Commands that are answered when the target is reached. */
  readonly waiting: readonly string[]
  /** What is answered in this step. */
  readonly answers: readonly Answer[]
  readonly motorOff: number
  readonly rssiOff: number
}

const REPORT_EVERY_MS = 60_000
const WARMER_WHILE_MOVING = 6
const TARGETS: Readonly<Record<string, 0 | 1>> = { open: 1, close: 0 }

const isOpen = ({ position }: ValveState) => position > 0
const isMoving = ({ position, target }: ValveState) => position !== target
const levels = (state: ValveState) => ({ 'valve.open': isOpen(state) })

function values(state: ValveState): Values {
  return {
    'valve.open': isOpen(state),
    'temperature.device': round(24 + state.motorOff + (isMoving(state) ? WARMER_WHILE_MOVING : 0), 1),
    rssi: Math.round(-64 + state.rssiOff),
    reportIntervalS: REPORT_EVERY_MS / 1000,
  }
}

/** The last word counts: whoever asked for the other way is told that it will not come. */
function obey(state: ValveState, { id, command }: Told): ValveState {
  const answer = (asked: string, message: string): Answer => ({ id: asked, ok: false, message })
  if (!Object.hasOwn(TARGETS, command)) {
    return { ...state, answers: [...state.answers, answer(id, `${command} is nothing that a valve does`)] }
  }
  const target = TARGETS[command]!
  if (target === state.target) {
    return state.waiting.includes(id) ? state : { ...state, waiting: [...state.waiting, id] }
  }
  const overtaken = state.waiting.map((asked) => answer(asked, `overtaken by ${command}`))
  return { ...state, target, waiting: [id], answers: [...state.answers, ...overtaken] }
}

export const valve: DeviceFamily<ValveSpec, ValveState, never> = {
  kind: 'valve',
  faults: [],
  words: { 'valve.open': ['is open', 'is closed'] },
  levels,
  reportEveryMs: REPORT_EVERY_MS,
  obey,

  start(given, random) {
    const spec = { travelMs: 8_000, ...given }
    const about = { motorOff: random.range(-1, 1), rssiOff: random.range(-6, 6) }
    return { spec, position: 1, target: 1, waiting: [], answers: [], ...about }
  },

  next(state, { elapsedMs }, random) {
    const way = elapsedMs / state.spec.travelMs
    const position = clamp(state.position + (state.target === 1 ? way : -way), 0, 1)
    const arrived = position === state.target
    const done = state.waiting.map((id): Answer => ({ id, ok: true, message: state.target === 1 ? 'open' : 'closed' }))
    return {
      ...state,
      position,
      waiting: arrived ? [] : state.waiting,
      answers: arrived ? [...state.answers, ...done] : state.answers,
      motorOff: wander(state.motorOff, { deviation: 0.8, withinMs: 1_800_000, bound: 2.5 }, elapsedMs, random),
      rssiOff: wander(state.rssiOff, { deviation: 4, withinMs: 60_000, bound: 12 }, elapsedMs, random),
    }
  },

  spoken: (state) => (state.answers.length === 0 ? state : { ...state, answers: [] }),

  restsForMs: (state) => (isMoving(state) || state.answers.length > 0 ? 1_000 : Infinity),

  tell: (before, after) => ({
    values: () => values(after),
    levels: levels(after),
    levelsBefore: before && levels(before),
    changed: before !== null && isOpen(before) !== isOpen(after),
    answers: before === null ? [] : after.answers,
  }),
}
