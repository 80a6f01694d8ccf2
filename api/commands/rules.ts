import { Command } from 'commander'
import type { RuleFault } from '../../rules/model.ts'
import { ask, connected, type Connection, everyItem, show } from './access.ts'
import { Failure } from './failure.ts'
import { checkFiles, errorsOf, type FileRule, reportOf } from './rule-files.ts'
import { ruleTryCommand } from './rule-try.ts'

interface Listed {
  id: string
  kind: string
  priority: string
  title: { en: string }
  enabled: boolean
  version: number
}

type Saved = Listed & { warnings: RuleFault[] }

/** Rules are files of their owner; the service runs what was saved last. */
export function ruleCommands(): Command {
  const check = new Command('check')
    .description('check files of rules, without a service: exit code 1 where a rule cannot be used')
    .argument('<files...>', 'YAML or JSON, one rule or a list')
    .option('--json', 'the findings as data, alone on standard output')
    .action((files: string[], { json }: { json?: boolean }) => {
      const rules = checkFiles(files)
      process.stdout.write(json ? `${JSON.stringify(rules.map(asData))}\n` : `${told(rules).join('\n')}\n`)
      mustBeUsable(rules)
    })
  const list = connected(new Command('list'))
    .description('rules')
    .action(async (connection: Connection) => {
      const items = await everyItem<Listed>(connection, '/rules')
      const lines = items.map(({ id, kind, priority, title, enabled, version }) =>
        [id, kind, priority, `version ${version}`, enabled ? title.en : `${title.en} (disabled)`].join('\t'),
      )
      show(connection, items, lines.join('\n'))
    })
  const save = connected(new Command('save'))
    .description('add the rules of a file, or replace those with the same ids; all are checked before the first')
    .argument('<file>', 'YAML or JSON, one rule or a list')
    .action(async (file: string, connection: Connection) => {
      const rules = checkFiles([file])
      const refused = rules.filter(isUnusable)
      if (refused.length > 0) process.stderr.write(`${refused.flatMap(reportOf).join('\n')}\n`)
      mustBeUsable(rules)
      const known = new Set((await everyItem<Listed>(connection, '/rules')).map(({ id }) => id))
      const saved: Saved[] = []
      for (const { id, given } of rules) saved.push(await put(connection, id!, given, known.has(id!)))
      const lines = saved.map(({ id, version }) => `${id}, version ${version}, is in force`)
      show(connection, saved, [...lines, ...rules.flatMap(reportOf)].join('\n'))
    })
  const command = new Command('rules').description('what raises an alarm, as data')
  for (const each of [check, ruleTryCommand(), list, save]) command.addCommand(each)
  return command
}

async function put(connection: Connection, id: string, rule: unknown, isKnown: boolean): Promise<Saved> {
  const answer = isKnown
    ? ask(connection, 'PUT', `/rules/${encodeURIComponent(id)}`, rule)
    : ask(connection, 'POST', '/rules', rule)
  return (await answer) as Saved
}

const isUnusable = ({ check }: FileRule) => !check.ok

function mustBeUsable(rules: readonly FileRule[]): void {
  const refused = rules.filter(isUnusable).length
  if (refused > 0)
    throw new Failure(`${refused} of ${counted(rules.length, 'rule')} cannot be used; correct what is above`)
}

const asData = ({ file, id, check }: FileRule) => ({
  file,
  id,
  ok: check.ok,
  errors: errorsOf(check),
  warnings: check.warnings,
})

function told(rules: readonly FileRule[]): string[] {
  const warnings = rules.reduce((count, { check }) => count + check.warnings.length, 0)
  const errors = rules.reduce((count, { check }) => count + errorsOf(check).length, 0)
  const sum = [counted(rules.length, 'rule'), counted(errors, 'error'), counted(warnings, 'warning')].join(', ')
  return [...rules.flatMap(reportOf), sum]
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
