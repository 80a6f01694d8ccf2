import type { z } from 'zod'
import type { Faults } from './faults.ts'
import { follow, keyOf, plain } from './written.ts'
import type { Written } from './written.ts'

type Issue = z.core.$ZodIssue

/** What was written, as the schema has it; `undefined` after telling each thing that is wrong where it was written. */
export function shaped<Schema extends z.ZodType>(
  schema: Schema,
  written: Written,
  faults: Faults,
): z.output<Schema> | undefined {
  const parsed = schema.safeParse(plain(written), {
    error: ({ input, path = [] }) =>
      input === undefined ? `"${String(path.at(-1) ?? 'this')}" is missing` : 'something else belongs here',
  })
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.flatMap((each) => innermost(each))
  for (const issue of issues.filter((each) => !isMoot(each, issues))) tell(issue, written, faults)
  return undefined
}

/** Of a choice the branch that was meant: the only one whose kind of value was written. */
function innermost(issue: Issue, above: PropertyKey[] = []): Issue[] {
  const path = [...above, ...issue.path]
  if (issue.code !== 'invalid_union') return [{ ...issue, path }]
  const wrongKind = (inner: Issue) => inner.path.length === 0 && inner.code === 'invalid_type'
  const branches = issue.errors.filter((inner) => !inner.some(wrongKind))
  const [meant] = branches
  if (branches.length !== 1 || meant === undefined) return [{ ...issue, path }]
  return meant.flatMap((inner) => innermost(inner, path))
}

/** What is asked of a whole says nothing where one of its parts is wrong already. */
const isMoot = (issue: Issue, all: readonly Issue[]) =>
  issue.code === 'custom' &&
  all.some((other) => other.code !== 'custom' && issue.path.every((step, depth) => other.path[depth] === step))

function tell(issue: Issue, written: Written, faults: Faults): void {
  const at = follow(written, issue.path)
  if (issue.code !== 'unrecognized_keys') return faults.add(at, issue.message)
  const sentences = issue.message.split('\n')
  issue.keys.forEach((key, index) => faults.add(keyOf(at, key), sentences[index] ?? ''))
}
