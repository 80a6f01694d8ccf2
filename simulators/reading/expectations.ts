import type { z } from 'zod'
import type { Anchor, Expectation, ExpectedAnswer, ExpectedFact, FactPattern, Window } from '../scenario.ts'
import { expectation as expectationSchema, FACT_NAMES } from './schema.ts'
import { shaped } from './shaped.ts'
import { checkStep, checkWithin, momentAt, patternAt } from './world.ts'
import type { World } from './world.ts'
import { itemsOf, keyOf, placeOf, spellWritten, valueOf } from './written.ts'
import type { Written } from './written.ts'

type Told = z.output<typeof expectationSchema>

export function readExpectations(list: Written | undefined, world: World): Expectation[] {
  return itemsOf(list).flatMap((item) => {
    const told = shaped(expectationSchema, item, world.faults)
    if (told === undefined) return []
    return (told.answer === undefined ? readFact(told, item, world) : readAnswer(told, item, world)) ?? []
  })
}

const refuse = (keys: readonly string[], item: Written, world: World, why: string) => {
  for (const key of keys.filter((each) => valueOf(item, each) !== undefined)) {
    world.faults.add(keyOf(item, key), `"${key}" ${why}`)
  }
}

const COUNTS = ['times', 'at least', 'at most'] as const
const OF_ANSWERS = ['where', 'is', 'when'] as const
const OF_FACTS = [...COUNTS, 'within', 'not before', 'after', 'at', 'never', 'every', ...FACT_NAMES]

function readAnswer(told: Told, item: Written, world: World): ExpectedAnswer | null {
  refuse(OF_FACTS, item, world, 'has no meaning with answer; write an expectation of its own')
  if (/^\/|^api\//.test(told.answer!)) {
    world.faults.add(
      valueOf(item, 'answer')!,
      `"${told.answer!}" is below /api/v1/ already; write it without, such as tickets`,
    )
  }
  if (told.is === undefined) {
    world.faults.add(item, 'what must the answer be? write is: with a value, {at least: …} or {at most: …}')
    return null
  }
  const atMs = told.when === undefined ? null : momentAt(world, told.when, valueOf(item, 'when')!)
  const what = { path: told.answer!, pointer: told.where ?? '', is: told.is, atMs }
  return { kind: 'answer', ...what, text: spellWritten(item), place: placeOf(item) }
}

function readFact(told: Told, item: Written, world: World): ExpectedFact | null {
  refuse(OF_ANSWERS, item, world, 'goes with answer')
  const [name, second] = FACT_NAMES.filter((each) => valueOf(item, each) !== undefined)
  if (second !== undefined)
    world.faults.add(keyOf(item, second), `"${second}" is a second fact; write an expectation for each`)
  if (told.never !== undefined) {
    refuse([...COUNTS, 'every', ...FACT_NAMES], item, world, 'has no meaning with never')
    return expected(patternAt(world, told.never, valueOf(item, 'never')!), { least: 0, most: 0 }, told, item, world)
  }
  if (name === undefined) {
    world.faults.add(
      item,
      'what is expected? write a fact such as ticket opened: {device: leak-b2}, or never, or answer',
    )
    return null
  }
  const where = (told as Record<string, FactPattern['where'] | null>)[name] ?? null
  return expected(patternAt(world, { [name]: where }, item), countsOf(told, item, world), told, item, world)
}

function countsOf(told: Told, item: Written, world: World): { least: number; most: number } {
  const { times, 'at least': atLeast, 'at most': atMost } = told
  if (times !== undefined) {
    refuse(['at least', 'at most'], item, world, 'does not go with times, which is exact')
    return { least: times, most: times }
  }
  const least = atLeast ?? (atMost === undefined ? 1 : 0)
  const most = atMost ?? Infinity
  if (least > most) world.faults.add(valueOf(item, 'at most') ?? item, `at most ${most} is less than at least ${least}`)
  return { least, most }
}

function expected(
  fact: FactPattern,
  { least, most }: { least: number; most: number },
  told: Told,
  item: Written,
  world: World,
): ExpectedFact {
  const every = told.every === undefined ? null : patternAt(world, told.every, valueOf(item, 'every')!)
  if (every) refuse(['after'], item, world, 'does not go with every: its times count from each of these facts')
  const window = told.at === undefined ? relative(told, every, item, world) : absolute(told.at, item, world)
  return { kind: 'fact', fact, every, least, most, window, text: spellWritten(item), place: placeOf(item) }
}

function absolute(at: NonNullable<Told['at']>, item: Written, world: World): Window {
  refuse(['within', 'not before', 'after', 'every'], item, world, 'counts from something; it does not go with at')
  const written = valueOf(item, 'at')!
  const [from, to = from] = typeof at === 'string' ? [at] : at
  const fromMs = momentAt(world, from, itemsOf(written)[0] ?? written)
  const toMs = to === from ? fromMs : momentAt(world, to, itemsOf(written)[1] ?? written)
  if (toMs < fromMs) world.faults.add(written, 'this ends before it begins; write the earlier time first')
  return { fromMs, toMs, of: { start: true } }
}

function relative(told: Told, every: FactPattern | null, item: Written, world: World): Window | null {
  const { within, 'not before': notBefore, after } = told
  if (within === undefined && notBefore === undefined && after === undefined) return null
  const checked = (key: string, ms: number) => checkWithin(world, ms, valueOf(item, key) ?? item)
  const fromMs = notBefore === undefined ? 0 : checked('not before', notBefore)
  const toMs = within === undefined ? null : checked('within', within)
  if (toMs !== null && fromMs > toMs) {
    world.faults.add(valueOf(item, 'not before') ?? item, '"not before" is later than "within"; nothing can meet that')
  }
  return { fromMs, toMs, of: every ? { fact: every } : anchorOf(after, item, world) }
}

function anchorOf(after: Told['after'], item: Written, world: World): Anchor {
  if (after === undefined) return { start: true }
  const written = valueOf(item, 'after')!
  if (typeof after !== 'string') return { fact: patternAt(world, after, written) }
  checkStep(world, after, written)
  return { step: after }
}
