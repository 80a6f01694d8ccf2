import { join } from 'node:path'
import { spellFault } from '../../../simulators/reading/faults.ts'
import { LIBRARY } from '../../../simulators/reading/library.ts'
import { readScenario } from '../../../simulators/reading/read.ts'
import type { ReadScenario } from '../../../simulators/reading/read.ts'
import type { Scenario } from '../../../simulators/scenario.ts'

/** Reads `main.yaml` from texts by file name; the library is a folder of theirs, `shipped`. */
export function read(files: string | Record<string, string>, set: Record<string, string> = {}): ReadScenario {
  const texts = typeof files === 'string' ? { 'main.yaml': files } : files
  const names = () =>
    Object.keys(texts)
      .filter((name) => name.startsWith('shipped/'))
      .map((name) => name.slice('shipped/'.length))
  return readScenario('main.yaml', {
    library: { ...LIBRARY, folder: 'shipped', shownAs: 'shipped', names },
    set,
    readFile: (path) => texts[join(path)] ?? null,
  })
}

export function scenarioIn(files: string | Record<string, string>, set: Record<string, string> = {}): Scenario {
  const result = read(files, set)
  if (!result.ok) throw new Error(result.faults.map(spellFault).join('\n'))
  return result.scenario
}

/** Faults on lines of their own; those of `main.yaml` without its name. */
export function faultsIn(files: string | Record<string, string>, set: Record<string, string> = {}): string[] {
  const result = read(files, set)
  return result.ok ? [] : result.faults.map((fault) => spellFault(fault).replace(/^main\.yaml:/, ''))
}

/** Three devices and two people in five lines, so that what follows begins on line 6. */
export const HEAD = `title: Test
lasts: 40m
starts: 2026-11-24 02:50
devices: [{id: leak-b2, kind: water_leak, location: B2 水泵房}, {id: lift-1, kind: elevator, location: 1号楼 电梯}, {id: meter-1, kind: power_meter, location: B1 配电房}, {id: valve-b2, kind: valve, location: B2 水泵房}]
people: {responders: [{id: zhang, name: 张伟}, {id: li, name: 李强}]}
`
