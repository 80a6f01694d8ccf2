import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { startNode, temporaryFolder } from '../../support/process.ts'

vi.setConfig({ testTimeout: 60_000 })

const program = join(import.meta.dirname, '../../../dist/api/main.js')
const folder = temporaryFolder()
afterAll(() => folder.remove())

const simulate = (...args: string[]) => startNode([program, 'simulate', ...args], { cwd: folder.path }).ended
const file = (name: string, text: string) => {
  writeFileSync(join(folder.path, name), text)
  return name
}

const QUIET = `title: Nothing happens
lasts: 1m
devices: [{ id: leak-a, kind: water_leak, location: B1 }]
expect: [{ never: { alarm raised: {} } }]
`

describe('shifen simulate', () => {
  it('plays a shipped scenario and says what it came to', async () => {
    const { code, stdout } = await simulate('quick-leak')
    expect(code).toBe(0)
    expect(stdout).toMatch(/quick-leak · 漏水速演[\s\S]*ticket \S+ of leak-quick-1 on site[\s\S]*0 failed\n$/)
    expect(stdout).not.toContain('\u001b')
  })

  it('explores with the seed that it is given', async () => {
    const { stderr } = await simulate('explore', '--scenarios', '1', '--seed', 'mine')
    expect(stderr).toMatch(/seed mine\n$/)
  })

  it('lists the library with titles', async () => {
    const { code, stdout } = await simulate('--list')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^night-leak +夜间漏水 A leak at night$/m)
    expect(stdout).toMatch(/^quick-blackout +停电速演 A blackout, in seconds · --live$/m)
  })

  it('fails where something expected did not come, in one sentence', async () => {
    const { code, stdout, stderr } = await simulate('quick-leak', '--set', 'arrives_within=100ms')
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^1 of 6 expectations failed[^\n]*\n$/m) as unknown,
    })
    expect(stdout).toContain('too late')
  })

  it('fails where nothing was shown', async () => {
    const { code, stderr } = await simulate(file('quiet.yaml', QUIET))
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('shows nothing') as unknown })
  })

  it('plays again with seeds of their own, and gives data alone on standard output and in files', async () => {
    const files = ['--junit', 'out.xml', '--report', 'out.html']
    const { code, stdout } = await simulate('quick-leak', '--json', '--seed', 'a', '--repeat', '2', ...files)
    expect(code).toBe(0)
    const { runs } = JSON.parse(stdout) as { runs: { seed: string }[] }
    expect(runs.map(({ seed }) => seed)).toEqual(['a', 'a-2'])
    expect(readFileSync(join(folder.path, 'out.xml'), 'utf8')).toContain('<testsuites')
    expect(readFileSync(join(folder.path, 'out.html'), 'utf8')).toContain('<!doctype html>')
  })

  it('says before it plays that a file cannot be written', async () => {
    const { code, stderr } = await simulate('quick-leak', '--junit', '.')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('is a folder') as unknown })
  })

  it('tells everything that is wrong in the files, with places', async () => {
    const bad = file('bad.yaml', QUIET.replace('1m', '1x').replace('water_leak', 'water_leek'))
    const { code, stdout, stderr } = await simulate(bad, 'nite-leak')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/bad\.yaml:2:8: .*\nbad\.yaml:3:\d+: .*"water_leak"\?\n.*did you mean "night-leak"/)
  })

  it('tells the place of a setting that the service does not take', async () => {
    const rule = 'settings: { rules: [{ id: broken, when: "1 +" }] }\n'
    const { code, stderr } = await simulate(file('refused.yaml', `${QUIET}${rule}`))
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^refused\.yaml:5:\d+: /) as unknown,
    })
  })

  it.each([
    [[], '--list'],
    [['quick-leak', '--url', 'mqtt://broker'], 'add --live'],
    [['quick-leak', '--live'], 'token'],
    [['quick-leak', '--live', '--token', 'x', '--url', 'broker'], '--url is an address'],
    [['quick-leak', '--repeat', '0'], '--repeat'],
    [['quick-leak', '--speed', 'fast'], '--speed'],
    [['quick-leak', '--set', 'place'], 'name=value'],
    [['quick-leak', '--json', '--watch'], '--watch'],
    [['quick-leak', '--junit', 'nowhere/out.xml'], 'nowhere'],
    [['quick-leak', '--faster'], 'unknown option'],
  ])('takes no wrong usage: %j', async (args, said) => {
    const { code, stdout, stderr } = await simulate(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(said)
  })

  it('does not play live what needs a service of its own', async () => {
    const restarts = file('restarts.yaml', `${QUIET}timeline:\n  - { at: 1s, restart: 1s }\n`)
    const { code, stderr } = await simulate(restarts, '--live', '--token', 'x')
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^restarts\.yaml:6:\d+: .*--live/) as unknown,
    })
  })

  it('ends at once when it is told to, shows what it saw, and has failed', async () => {
    const running = startNode([program, 'simulate', 'quick-leak', '--speed', '0.5'], { cwd: folder.path })
    await vi.waitFor(() => expect(running.stdout).toContain('story'), { timeout: 30_000 })
    running.signal('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('before its time') as unknown })
    expect(stdout).toContain('expectations')
  })

  it('plays again when a file changes', async () => {
    const watched = file('watched.yaml', 'include: [quick-leak.yaml]\ntitle: First\nlasts: 12s\n')
    const running = startNode([program, 'simulate', watched, '--watch'], { cwd: folder.path })
    await vi.waitFor(() => expect(running.stderr).toContain('Ctrl+C ends it'), { timeout: 30_000 })
    file('watched.yaml', 'include: [quick-leak.yaml]\ntitle: Second\nlasts: 12s\n')
    await vi.waitFor(() => expect(running.stdout).toMatch(/First[\s\S]*Second[\s\S]*0 failed/), { timeout: 30_000 })
    running.signal('SIGINT')
    expect(await running.ended).toMatchObject({ code: 0 })
  })
})
