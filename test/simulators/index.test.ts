import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { building } from '../../simulators/index.ts'
import { temporaryFolder } from '../support/process.ts'

// A whole test run and a compiler, as processes of their own.
vi.setConfig({ testTimeout: 90_000 })

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

const TEST = `
import { expect, it } from 'vitest'
import { building } from 'shifen/simulators'

it('leak in B2 at 03:00: on site by 03:10', async () => {
  const b = await building({ size: 20, starts: '2026-11-24 02:50' })
  await b.at('03:00').leak('leak-b2-01').play()
  expect(b.ticket({ device: 'leak-b2-01' }).onSiteWithinMs).toBeLessThanOrEqual(10 * 60_000)
}, 30_000)
`

describe("a team's own test", () => {
  const folder = temporaryFolder()
  beforeAll(() => {
    const modules = join(folder.path, 'node_modules')
    mkdirSync(modules)
    symlinkSync(root, join(modules, 'shifen'))
    symlinkSync(join(root, 'node_modules/vitest'), join(modules, 'vitest'))
    writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder.path, 'leak.test.ts'), TEST)
  })
  afterAll(() => folder.remove())

  it('says it in three lines, by the name of the package', async () => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const { stdout } = await run(process.execPath, [vitest, 'run', '--root', folder.path], {
      cwd: folder.path,
    })
    expect(stdout).toMatch(/1 passed/)
  })

  it('has types', async () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023']
    await run(process.execPath, [tsc, ...flags, 'leak.test.ts'], { cwd: folder.path })
    const wrong = TEST.replace('size: 20', 'size: true').replace('.onSiteWithinMs', '.onSite')
    writeFileSync(join(folder.path, 'wrong.test.ts'), wrong)
    const failed = run(process.execPath, [tsc, ...flags, 'wrong.test.ts'], { cwd: folder.path })
    await expect(failed).rejects.toMatchObject({ stdout: expect.stringMatching(/TS2322[\s\S]*TS2551/) as unknown })
  })
})

describe('a building for tests', () => {
  const QUICK = { scenario: 'quick-leak' }

  it('builds on a file of its own, whose places it tells', async () => {
    const folder = temporaryFolder()
    const file = join(folder.path, 'own.yaml')
    writeFileSync(file, 'include: [quick-leak.yaml]\ntitle: Own\nlasts: 40x\n')
    await expect(building({ scenario: file })).rejects.toThrow(`${file}:3:8: "40x" is no length of time`)
    folder.remove()
  })

  it('builds on a scenario, with its parameters', async () => {
    const b = await building({ ...QUICK, set: { place: 'leak-quick-2' } })
    const played = await b.play()
    expect(played.passed).toBe(true)
    expect(b.tickets().map(({ device }) => device)).toEqual(['leak-quick-2'])
    expect(b.facts('alarm', 'raised', { device: 'leak-quick-2' })).toHaveLength(1)
  })

  it('lets more happen than the scenario says, and is the same for the same seed', async () => {
    const play = async (seed: string) => (await building({ ...QUICK, seed })).at('1s').leak('leak-quick-2').play()
    const [one, again] = [await play('a'), await play('a')]
    expect(one.tickets.map(({ device }) => device).sort()).toEqual(['leak-quick-1', 'leak-quick-2'])
    expect(again.lines).toEqual(one.lines)
  })

  it('says `never` of what did not come, so that no limit holds', async () => {
    const b = await building({ ...QUICK, people: { shifts: [] } })
    await b.play()
    expect(b.ticket()).toMatchObject({ onSiteWithinMs: Infinity, onSiteAt: null })
  })

  it('says which tickets there are instead', async () => {
    const b = await building(QUICK)
    expect(() => b.ticket()).toThrow('await play() first')
    await b.play()
    expect(() => b.ticket({ device: 'leak-quick-2' })).toThrow(/no ticket is .*there are: .*leak-quick-1/)
  })

  it('says what was meant where it happens', async () => {
    await expect(building({ scenario: 'quick-leek' })).rejects.toThrow('quick-leak')
    await expect(building({ size: 8, lasts: '40x' })).rejects.toThrow('"40x" is no length of time')
    const b = await building({ size: 8, starts: '2026-11-24 02:50' })
    expect(() => b.at('03:00').leak('leak-b2-1')).toThrow('did you mean "leak-b2-01"?')
    expect(() => b.at('04:30').leak('leak-b2-01')).toThrow('later than the end')
  })
})
