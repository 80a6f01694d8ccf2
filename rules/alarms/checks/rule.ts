import type { Measure, Rule, RuleFault } from '../../model.ts'
import { celType } from '../cel-names.ts'
import { unknownYear } from '../../calendar/holidays.ts'
import { matches } from '../../mutes/mutes.ts'
import { levelsOf } from '../machine.ts'
import { inputsOf } from '../measures/measure.ts'
import { readRule } from '../rule-schema.ts'
import { type CompiledLevel, type CompiledRule, compileRule } from '../ruleset.ts'
import { checkConditions, type ConditionFinding, unknownPoint } from './sense.ts'

/** `warnings`: what a rule may have, and its owner should know. */
export type RuleCheck =
  | { ok: true; rule: Rule; warnings: readonly RuleFault[] }
  | { ok: false; errors: readonly RuleFault[]; warnings: readonly RuleFault[] }

/** All that can be told of a rule at a moment before it runs: whether it can be read, compiled, and make sense. */
export function checkRule(input: unknown, now: number): RuleCheck {
  const read = readRule(input)
  if (!read.ok) return { ok: false, errors: read.errors, warnings: [] }
  const result = compileRule(read.rule)
  if (!result.ok) return { ok: false, errors: result.errors, warnings: [] }
  const findings = conditionFindings(result.compiled)
  const errors = findings.filter(({ severity }) => severity === 'error').map(faultOf)
  const warnings = [
    ...findings.filter(({ severity }) => severity === 'warning').map(faultOf),
    ...unreadable(result.compiled),
    ...measureWarnings(result.compiled),
    ...unknownSilence(read.rule),
    ...selfSuppression(read.rule),
    ...unknownHolidays(read.rule, now),
  ]
  return errors.length > 0 ? { ok: false, errors, warnings } : { ok: true, rule: read.rule, warnings }
}

type Finding = Omit<ConditionFinding, 'field'> & { field: string }

function faultOf({ field, message, position }: Finding): RuleFault {
  return { field, message, ...(position === undefined ? {} : { position }) }
}

function conditionFindings({ rule, levels, companion }: CompiledRule): Finding[] {
  const places = levelsOf(rule).map(({ place }) => place)
  const own = levels.flatMap(({ when, clear }, index) =>
    when === null ? [] : checkConditions({ when, clear }).map((found) => within(places[index]!, found)),
  )
  // That a companion is always true may be meant: a device of its kind is there.
  const others = companion === null ? [] : checkConditions({ when: companion, clear: null })
  return [...own, ...others.map((found) => ({ ...within('with.', found), severity: 'warning' as const }))]
}

const within = (place: string, found: ConditionFinding): Finding => ({ ...found, field: `${place}${found.field}` })

/** Rules run when a message brings something that they read. */
function unreadable({ rule, levels, inputs }: CompiledRule): RuleFault[] {
  const reads = levels.some(({ when }) => when !== null && when.reads.size > 0)
  if (!reads || inputs.length > 0) return []
  const field = rule.when === undefined ? 'levels[0].when' : 'when'
  return [{ field, message: 'never raises: it reads facts of the device alone, and no message brings those' }]
}

function measureWarnings({ rule, levels }: CompiledRule): RuleFault[] {
  const timings = levelsOf(rule)
  const measures = Object.entries(rule.measures ?? {})
  return [
    ...measures.flatMap(([name, measure]) => unknownPoints(name, measure)),
    ...measures.filter(([name]) => !levels.some((level) => readsMeasure(level, name))).map(([name]) => unread(name)),
    ...levels.flatMap((level, index) => {
      const { place, onDelayMs } = timings[index]!
      const rate = measures.find(([name, measure]) => 'rate' in measure && readsMeasure(level, name))
      if (!rate || onDelayMs > 0) return []
      const message = `${rate[0]} is a rate: one odd reading raises the alarm; set how long it must last`
      return [{ field: `${place}onDelayMs`, message }]
    }),
  ]
}

const readsMeasure = ({ when, clear }: CompiledLevel, name: string) =>
  [when, clear].some((condition) => condition?.measures.includes(name))

const unread = (name: string): RuleFault => ({ field: `measures.${name}`, message: 'no condition reads it' })

function unknownPoints(name: string, measure: Measure): RuleFault[] {
  const unknown = inputsOf(measure).filter((input) => celType(input) === undefined)
  return unknown.map((point) => ({ field: `measures.${name}`, message: unknownPoint(point) }))
}

function unknownSilence({ silenceOf }: Rule): RuleFault[] {
  if (silenceOf === undefined || celType(silenceOf) !== undefined) return []
  return [{ field: 'silenceOf', message: unknownPoint(silenceOf) }]
}

/** Two devices whose rule mutes its own kind mute each other, unheard of; a gateway mutes no gateway. */
function selfSuppression({ id, kind, suppresses }: Rule): RuleFault[] {
  if (kind === 'gateway' && suppresses?.same === 'gateway') return []
  const rules = suppresses?.rules ?? []
  const index = rules.findIndex((pattern) => matches(pattern, id))
  if (index < 0) return []
  const message = `${rules[index]} means this rule too: two devices that alarm would mute each other; name the others`
  return [{ field: `suppresses.rules[${index}]`, message }]
}

/** Without the arrangement of a year its workdays are plainly Monday to Friday. */
function unknownHolidays({ calendar = [] }: Rule, now: number): RuleFault[] {
  const index = calendar.findIndex(({ days }) => days?.some((day) => day === 'workday' || day === 'holiday'))
  const year = unknownYear(now)
  if (index < 0 || year === undefined) return []
  const message = `the public holidays of ${year} are unknown: Monday to Friday count as workdays; update Shifen`
  return [{ field: `calendar[${index}].days`, message }]
}
