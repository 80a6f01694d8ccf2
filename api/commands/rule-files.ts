import { readFileSync } from 'node:fs'
import { type RuleCheck, checkRule } from '../../rules/alarms/checks/rule.ts'
import type { RuleFault } from '../../rules/model.ts'
import { readYaml } from '../yaml.ts'
import { Failure } from './failure.ts'

/** Files of rules, as people keep them beside their other configuration: YAML or JSON, one rule or a list of them. */

export interface FileRule {
  file: string
  /** `null`: it says none. */
  id: string | null
  given: unknown
  check: RuleCheck
}

/** Every rule of the files, checked. Throws a `Failure` where a file cannot be opened. */
export function checkFiles(files: readonly string[]): FileRule[] {
  const rules = files.flatMap(checkFile)
  const first = new Map<string, FileRule>()
  return rules.map((rule) => {
    const earlier = rule.id === null ? undefined : first.get(rule.id)
    if (rule.id !== null && earlier === undefined) first.set(rule.id, rule)
    if (earlier === undefined) return rule
    const errors = [
      ...errorsOf(rule.check),
      { field: 'id', message: `${rule.id} is the id of a rule in ${earlier.file}` },
    ]
    return { ...rule, check: { ok: false, errors, warnings: rule.check.warnings } }
  })
}

export const errorsOf = (check: RuleCheck): readonly RuleFault[] => (check.ok ? [] : check.errors)

function checkFile(file: string): FileRule[] {
  const read = readYaml(textOf(file))
  const nothing = (message: string): FileRule[] => [
    { file, id: null, given: null, check: { ok: false, errors: [{ field: '', message }], warnings: [] } },
  ]
  if (!read.ok) return nothing(read.reason)
  const given: unknown[] = Array.isArray(read.value) ? read.value : [read.value]
  if (given.length === 0) return nothing('the list has no rule')
  return given.map((each) => ({ file, id: idOf(each), given: each, check: checkRule(each, Date.now()) }))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${(error as Error).message}`, 2)
  }
}

function idOf(given: unknown): string | null {
  const id = typeof given === 'object' && given !== null && 'id' in given ? given.id : null
  return typeof id === 'string' ? id : null
}

/** Each finding, with the line of the expression that it is in and a caret below the place. */
export function reportOf({ file, id, given, check }: FileRule): string[] {
  const told = (kind: 'error' | 'warning', fault: RuleFault) => [
    `${file}: ${id ?? 'a rule'}: ${kind}: ${fault.field === '' ? '' : `${fault.field}: `}${fault.message}`,
    ...placeOf(given, fault),
  ]
  return [
    ...errorsOf(check).flatMap((fault) => told('error', fault)),
    ...check.warnings.flatMap((fault) => told('warning', fault)),
  ]
}

function placeOf(given: unknown, { field, position }: RuleFault): string[] {
  const source = valueAt(given, field)
  if (typeof source !== 'string' || position === undefined) return []
  const start = source.lastIndexOf('\n', position - 1) + 1
  const [line = ''] = source.slice(start).split('\n', 1)
  return [`    ${line}`, `    ${blank(line.slice(0, position - start))}^`]
}

/** As wide as the text: what stands in two columns, as Chinese does, is replaced by a blank that does. */
const blank = (text: string) => text.replace(/[^\t]/g, (each) => (each > '\u2e7f' ? '\u3000' : ' '))

function valueAt(given: unknown, field: string): unknown {
  const steps = field.split(/[.[\]]+/).filter((step) => step !== '')
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    given,
  )
}
