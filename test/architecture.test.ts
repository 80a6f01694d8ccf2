import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOMS = ['gateway', 'rules', 'api', 'simulators']
const root = join(import.meta.dirname, '..')

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (path === join('api', 'web')) return []
    if (statSync(join(root, path)).isDirectory()) return sources(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

const files = ROOMS.flatMap(sources)
const text = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))

/** Code without comments and strings, so that a word in a sentence is not taken for a call. */
function code(file: string): string {
  return text
    .get(file)!
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
}

function imports(file: string): string[] {
  const found = [...text.get(file)!.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
  return found.map(([, target]) => normalize(join(dirname(file), target!)))
}

const room = (file: string) => file.split('/')[0]!
const isMain = (file: string) => file === 'api/main.ts' || file.startsWith('api/commands/')

/** Which imports between rooms are allowed: the directions that data flows in. */
function allowed(from: string, to: string): boolean {
  if (room(from) === room(to)) return true
  switch (room(from)) {
    case 'rules':
      return false
    case 'gateway':
      if (['rules/engine.ts', 'rules/model.ts', 'rules/clock.ts'].includes(to)) return true
      return from.startsWith('gateway/history/') && to.startsWith('rules/')
    case 'api':
      if (room(to) === 'rules') return true
      if (room(to) === 'gateway') return from === 'api/service.ts'
      return room(to) === 'simulators' && isMain(from)
    case 'simulators':
      return ['api/service.ts', 'gateway/topics.ts', 'rules/clock.ts', 'rules/model.ts'].includes(to)
    default:
      return false
  }
}

describe('the house', () => {
  it('has its rooms and reads their sources', () => {
    expect(new Set(files.map(room))).toEqual(new Set(ROOMS))
    expect(files.length).toBeGreaterThan(50)
  })

  it('imports only in the directions that data flows in', () => {
    const wrong = files.flatMap((file) =>
      imports(file)
        .filter((target) => !allowed(file, target))
        .map((target) => `${file} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('keeps decisions free of time, chance and sockets', () => {
    const pure = files.filter((file) => room(file) === 'rules' && file !== 'rules/clock.ts')
    const banned = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\b|\bsetInterval\(|\bperformance\.now\(/
    expect(pure.filter((file) => banned.test(code(file)))).toEqual([])
    const timers = pure.filter((file) => /\bsetTimeout\(/.test(code(file)))
    // The engine waits between tries of a write that the disk refused; that decides nothing.
    expect(timers).toEqual(['rules/engine.ts'])
    const network = /from '(node:net|node:http|node:https|aedes|mqtt|hono|ws)/
    expect(pure.filter((file) => network.test(text.get(file)!))).toEqual([])
  })

  it('reads the wall clock nowhere below the doors', () => {
    const below = files.filter((file) => ['gateway', 'simulators'].includes(room(file)) && !file.includes('/bench/'))
    expect(below.filter((file) => /\bDate\.now\(|\bnew Date\(\)/.test(code(file)))).toEqual([])
  })

  it('writes SQL only in storage', () => {
    const outside = files.filter((file) => !file.startsWith('rules/storage/'))
    const writes = /\.(insertInto|updateTable|deleteFrom|replaceInto)\(|\bprepare\(\s*['"`]/
    expect(outside.filter((file) => writes.test(code(file)))).toEqual([])
    expect(files.filter((file) => /\bsql\.raw\(/.test(code(file)) && !file.includes('/migrations/'))).toEqual([])
  })

  it('has the machines of alarms and tickets without waiting', () => {
    const machines = [
      'alarms/machine',
      'alarms/evaluate',
      'alarms/device-state',
      'tickets/machine',
      'commitments/clocks',
    ]
    const waiting = machines.filter((name) => /\b(async|await|Promise)\b/.test(code(`rules/${name}.ts`)))
    expect(waiting).toEqual([])
  })

  it('keeps every file in a head and every line on a screen', () => {
    const long = files.filter((file) => text.get(file)!.split('\n').length > 400)
    expect(long).toEqual([])
    const wide = files.filter((file) =>
      text
        .get(file)!
        .split('\n')
        .some((line) => line.length > 120),
    )
    expect(wide).toEqual([])
  })
})
