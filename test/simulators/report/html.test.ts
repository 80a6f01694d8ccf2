import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../rules/model.ts'
import type { Played } from '../../../simulators/play.ts'
import { htmlReport } from '../../../simulators/report/html.ts'
import { lineInChinese } from '../../../simulators/report/html/words.ts'
import { FACTS } from '../../../simulators/scenario.ts'
import { clock, factOf, iso, leak, lineAt, linesOf, scenarioOf, ticketOf, verdict } from './played.ts'
import { storm } from './storm.ts'

const HAN = /\p{sc=Han}/u
const seen = (html: string) =>
  html
    .replace(/<(style|title)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

/** In which every word of the property's own is marked: `data` in English, `数据` in Chinese. */
function plainRun(): Played {
  const titles = { zh: '数据', en: 'data' }
  const clocks = (['met', 'met_late', 'breached', 'running', 'cancelled'] as const).map((state) =>
    clock(state === 'met' ? 'arrive' : 'complete', 10 * MINUTE_MS, {
      state,
      party: state === 'met' ? 'property' : 'maintenance_firm',
      metAt: state.startsWith('met') ? iso(11 * MINUTE_MS) : null,
    }),
  )
  const tickets = [ticketOf('1', 0, { titles, location: 'data', device: 'data', clocks })]
  const fields = { rule: 'data', number: '1', ticketNumber: '1', device: 'data', assignee: 'data', milestone: 'arrive' }
  const all = Object.entries(FACTS).flatMap(([about, whats]) => whats.map((what) => [about, what] as const))
  const facts = all.map(([about, what], at) => factOf(about as keyof typeof FACTS, what, at * 1_000, fields, 'T-1'))
  const scenario = scenarioOf({ title: titles, about: titles })
  return leak({
    scenario,
    tickets,
    facts,
    lines: linesOf(facts, tickets),
    verdicts: [verdict('data', true, 'data', 1, 0)],
  })
}

describe('the page about runs', () => {
  it('says everything in Chinese and in English', () => {
    for (const runs of [[plainRun()], [plainRun(), leak({ ...plainRun(), tickets: [], facts: [], lines: [] })]]) {
      const html = htmlReport(runs)
      const [zh, en] = ['zh', 'en'].map((lang) => html.match(new RegExp(`lang="${lang}">`, 'g'))!.length)
      expect(zh).toBe(en)
      const pairs = html.matchAll(/<(t?span) lang="zh">([^<]*)<\/\1>\s*<\1[^>]* lang="en"\s*>([^<]*)<\/\1\s*>/g)
      const both = [...pairs].map(([, , one, other]) => [one!, other!] as const)
      expect(both).toHaveLength(zh!)
      expect(both.filter(([one]) => !HAN.test(one) && one !== '')).toEqual([])
      expect(both.filter(([, other]) => HAN.test(other) || !/[a-z]/i.test(other))).toEqual([])
      const outside = seen(html.replace(/<(t?span) lang="zh">[^<]*<\/\1>/g, ''))
      expect(outside.match(/\p{sc=Han}+/gu)).toBeNull()
    }
  })

  it('has Chinese for every fact there can be', () => {
    for (const [about, whats] of Object.entries(FACTS)) {
      const lines = whats.map((what) => lineInChinese(factOf(about as keyof typeof FACTS, what, 0), new Map()))
      expect(new Set(lines).size).toBe(whats.length)
      expect(lines.filter((line) => !HAN.test(line) || whats.some((what) => line.includes(what)))).toEqual([])
    }
  })

  it('asks no host for anything and has no script', () => {
    const html = htmlReport([storm(), leak()])
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"`,
    )
    expect(html).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|url\(|@import|https?:|(src|href)="[^#]/)
  })

  it('escapes what comes from elsewhere', () => {
    const bad = '<img src=x onerror="alert(1)">\'&'
    const run = leak({
      seed: bad,
      scenario: scenarioOf({ name: bad, title: { zh: bad, en: bad }, about: { zh: bad, en: bad }, file: bad }),
      lines: [lineAt(0, 'building', bad), lineAt(1, 'people', bad)],
      tickets: [ticketOf(bad, 0, { device: bad, location: bad, titles: { zh: bad, en: bad } })],
      facts: [factOf('notice', 'sent', 0, { channel: bad })],
      verdicts: [verdict(bad, false, bad, 1)],
    })
    const html = htmlReport([run, run])
    expect(html).not.toContain('<img')
    expect(html.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;&#39;&amp;/g)!.length).toBeGreaterThan(20)
  })

  it('says with a shape and a word, too, what failed, and how to run it again', () => {
    const text = seen(htmlReport([leak()]))
    expect(text).toContain('✗ 1 项未达到 1 not met')
    expect(text).toContain(
      'clock met: { milestone: follow_up } 未达到 not met ： 一直没来 it never came night-leak.yaml:14:5',
    )
    expect(text).toContain('npx shifen simulate night-leak --seed 1')
    const well = leak({ verdicts: [verdict('ticket opened', true, 'once', 3)], passed: true })
    expect(seen(htmlReport([well]))).toContain('✓ 全部达到 everything held')
    const nothing = leak({ verdicts: [verdict('never', true, 'never', 3, 0)] })
    expect(seen(htmlReport([nothing]))).toContain('✗ 1 次运行什么也没有证明 1 showed nothing')
  })

  it('counts what it leaves out of a storm, and keeps the late ones', () => {
    const text = seen(htmlReport([storm()]))
    expect(text).toContain('40 more tickets are not drawn')
    expect(text).toContain('34 more tickets are not shown, 0 of them late')
    expect(text).toContain('20261124-0041')
    expect(text).toMatch(/Somebody came for 63, within ten minutes for 6\d; until the run ended nobody came for 1\./)
    expect(text).toContain('64 alarms raised in all')
    expect(text).toMatch(/\d+ more like it/)
  })

  it('counts notices by channel and what became of them', () => {
    const whats = ['queued', 'sent', 'queued', 'failed', 'queued', 'withdrawn', 'queued', 'queued', 'sent']
    const facts = whats.map((what, at) => factOf('notice', what, at, { channel: 'sms', kind: 'ticket.call' }))
    expect(seen(htmlReport([leak({ facts })]))).toContain(' sms 2 1 1 1 ')
  })

  it('tells of twelve runs, of those that failed first, and lists the others', () => {
    const runs = Array.from({ length: 15 }, (_, at) => leak({ seed: String(at), passed: at < 14 }))
    const html = htmlReport(runs)
    const ids = [...html.matchAll(/id="run-(\d+)"/g)].map(([, id]) => id)
    expect(ids).toHaveLength(12)
    expect(ids.at(-1)).toBe('15')
    expect(html.match(/href="#run-\d+"/g)).toHaveLength(12)
    expect(seen(html)).toContain('The other 3 runs are in the table above only')
  })

  it('stays small for a huge run', () => {
    const lines = Array.from({ length: 50_000 }, (_, at) =>
      lineAt(at * 500_000, 'story', `step ${at % 7} of ${'x'.repeat(at % 50)}`),
    )
    const html = htmlReport([leak({ lines, scenario: scenarioOf({ lastsMs: 50_000 * 500_000 }) })])
    expect(html.length).toBeLessThan(250_000)
    expect(seen(html)).toMatch(/[\d,]+ lines left out|more like it/)
  })

  it('is the same for the same run', () => {
    expect(htmlReport([storm()])).toBe(htmlReport([structuredClone(storm())]))
  })
})
