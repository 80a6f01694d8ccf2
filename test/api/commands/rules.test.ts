import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, runShifen, startService, temporaryFolder, type ServiceProcess } from '../../support/process.ts'

const folder = temporaryFolder()
let service: ServiceProcess
beforeAll(async () => {
  service = await startService(join(folder.path, 'data'))
})
afterAll(async () => {
  await service.kill()
  folder.remove()
})

const HOT = `id: mine.hot
kind: power_meter
title: { zh: 过热, en: Hot }
priority: high
category: power
when: temperature.device > 70.0
`
const LIST = `- ${HOT.trim().replaceAll('\n', '\n  ')}
- ${HOT.trim().replace('mine.hot', 'mine.hotter').replace('70.0', '90.0').replaceAll('\n', '\n  ')}
`

function file(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}
const offline = (...args: string[]) => runShifen(['rules', 'check', ...args])
const shifen = (...args: string[]) =>
  runShifen(['rules', ...args], { env: { SHIFEN_URL: service.http, SHIFEN_TOKEN: ADMIN_TOKEN } })

describe('shifen rules check', () => {
  it('says that all is well, of one rule and of a list, in YAML and in JSON', async () => {
    const json = JSON.stringify({ ...JSON_RULE, id: 'mine.json' })
    const good = await offline(file('list.yaml', LIST), file('one.json', json))
    expect([good.code, good.stdout, good.stderr]).toEqual([0, '3 rules, 0 errors, 0 warnings\n', ''])
  }, 30_000)

  it('shows the place in the expression, and ends with 1', async () => {
    const path = file('bad.yaml', HOT.replace('temperature.device >', 'voltage.l1 > 9.0 && frequency > "50" //'))
    const bad = await offline(path)
    expect([bad.code, bad.stderr]).toEqual([1, '1 of 1 rule cannot be used; correct what is above\n'])
    const [message, source, caret, sum] = bad.stdout.split('\n')
    expect(message).toContain(`${path}: mine.hot: error: when: a number is compared with a text`)
    expect(source).toBe('    voltage.l1 > 9.0 && frequency > "50" // 70.0')
    expect(caret).toBe(`    ${' '.repeat('voltage.l1 > 9.0 && '.length)}^`)
    expect(sum).toBe('1 rule, 1 error, 0 warnings')
  }, 30_000)

  it('shows it in an expression of several lines, and below Chinese', async () => {
    const when = `|\n  device.zone == '水泵房' && temprature.device > 70.0\n  || curent.l1 > 5.0`
    const odd = await offline(file('odd.yaml', HOT.replace('temperature.device > 70.0', when)))
    expect(odd.code).toBe(0)
    const lines = odd.stdout.split('\n')
    expect(lines.slice(1, 3)).toEqual([
      `    device.zone == '水泵房' && temprature.device > 70.0`,
      `    ${' '.repeat(16)}\u3000\u3000\u3000${' '.repeat(5)}^`,
    ])
    expect(lines.slice(3, 6)).toEqual([
      expect.stringMatching(/warning: when: curent\.l1 .*did you mean current\.l1\?/),
      '    || curent.l1 > 5.0',
      '       ^',
    ])
  }, 30_000)

  it('gives the findings as data', async () => {
    const bad = await offline('--json', file('a.yaml', LIST), file('b.yaml', HOT), file('c.yaml', 'id: [a'))
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.stdout)).toMatchObject([
      { id: 'mine.hot', ok: true, errors: [], warnings: [] },
      { id: 'mine.hotter', ok: true },
      { id: 'mine.hot', ok: false, errors: [{ field: 'id', message: expect.stringMatching(/a\.yaml$/) as string }] },
      { id: null, ok: false, errors: [{ message: expect.stringMatching(/YAML cannot be read.*line 1/) as string }] },
    ])
    expect((await offline(join(folder.path, 'absent.yaml'))).code).toBe(2)
    expect((await offline()).code).toBe(2)
  }, 30_000)
})

describe('shifen rules', () => {
  it('saves, replaces and lists', async () => {
    const path = file('list.yaml', LIST)
    const saved = await shifen('save', path)
    expect([saved.stderr, saved.stdout]).toEqual([
      '',
      'mine.hot, version 1, is in force\nmine.hotter, version 1, is in force\n',
    ])
    const odd = file('odd.yaml', HOT.replace('70.0', '70.0 || temprature.device > 70.0'))
    const again = await shifen('save', odd)
    expect(again.stdout).toMatch(/^mine\.hot, version 2, is in force\n.*warning: when: temprature.*\n.*\n +\^\n$/)
    const listed = (await shifen('list')).stdout
    expect(listed).toContain('mine.hot\tpower_meter\thigh\tversion 2\tHot\n')
    expect(listed).toContain('water_leak.wet\twater_leak\tcritical\tversion 1\tWater leak\n')
    expect(JSON.parse((await shifen('list', '--json')).stdout)).toContainEqual(
      expect.objectContaining({ id: 'mine.hotter', version: 1 }),
    )
  }, 60_000)

  it('saves nothing of a file in which one cannot be used', async () => {
    const text = LIST.replaceAll('mine.', 'other.').replace('90.0', '"90"')
    const refused = await shifen('save', file('refused.yaml', text))
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/other\.hotter: error: when: .*\n.*\n +\^\n1 of 2 rules cannot be used/)
    expect((await shifen('list')).stdout).not.toContain('other.')
  }, 60_000)
})

describe('shifen rules try', () => {
  it('tells when a draft would have raised, beside the version in force, and what differs', async () => {
    const tried = HOT.replace('mine.hot', 'tried.hot')
    await shifen('save', file('tried.yaml', tried))
    const draft = file('draft.yaml', tried.replace('> 70.0', '> 90.0'))
    const { code, stdout, stderr } = await shifen('try', draft, '--from', '3d')
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^tried\.hot, \d{4}-\d\d-\d\d .* readings in \d+\.\d s$/)
    expect(lines[2]).toMatch(/^ +draft +in force$/)
    expect(lines[3]).toMatch(/^raised +0 +0$/)
    expect(stdout).toMatch(/raised per 2 hours, at most 0; .*\ndraft +·{36}\nin force +·{36}\n/)
    expect(stdout).toMatch(/only the draft raised: 0\n\nonly the version in force raised: 0\n$/)
    const json = await shifen('try', draft, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({ type: 'result', rule: 'tried.hot', live: { raised: 0 } })
  }, 60_000)

  it('refuses a rule that cannot be used, a file with several, and a time that is none', async () => {
    const bad = await shifen('try', file('bad.yaml', HOT.replace('70.0', '"70"')))
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringMatching(/error: when: .*\n.*\n +\^\n.*cannot be used/)])
    const several = file('list.yaml', LIST)
    expect((await shifen('try', several)).stderr).toMatch(/has 2 rules: name one with --rule/)
    expect((await shifen('try', several, '--rule', 'mine.hotter')).code).toBe(0)
    expect((await shifen('try', several, '--rule', 'mine.hot', '--from', 'soon')).code).toBe(2)
  }, 60_000)
})

const JSON_RULE = {
  kind: 'elevator',
  title: { zh: '停梯', en: 'Stopped' },
  priority: 'low',
  category: 'elevator',
  when: 'elevator.out_of_service',
}
