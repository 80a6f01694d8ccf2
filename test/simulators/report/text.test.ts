import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../rules/model.ts'
import { textReport } from '../../../simulators/report/text.ts'
import { clock, iso, leak, lineAt, scenarioOf, ticketOf, verdict } from './played.ts'

const plain = { colour: false }

describe('a report for the terminal', () => {
  it('tells what happened, each ticket’s clocks, and what was expected', () => {
    expect(textReport([leak()], plain)).toBe(`night-leak · 夜间漏水 A leak at night · seed 1
from 2026-11-24 03:00:00 Asia/Shanghai, for 1 h; 1 device, 1,234 messages

2026-11-24
  03:00:00  story     leak-b2: leak begins
  03:00:05  building  leak-b2 is wet (B2 水泵房)
  03:00:05  service   alarm water of leak-b2 raised (critical)
  03:00:05  service   ticket 20261124-0001 of leak-b2 opened: Water leak
  03:00:05  service   notice ticket.call to zhang by sms queued
  03:00:06  service   notice ticket.call to zhang by sms sent
  03:00:40  people    zhang sets out for B2
  03:06:17  service   ticket 20261124-0001 of leak-b2 on site
  03:06:17  service   clock arrive of ticket 20261124-0001 met
  03:31:05  service   clock complete of ticket 20261124-0001 met late
  03:31:40  service   ticket 20261124-0001 of leak-b2 closed

tickets
  20261124-0001  water_leak  critical  leak-b2  B2 水泵房  opened 2026-11-24 03:00:05, closed
    arrive     |============*·······|   6 min 12 s of 10 min
    complete   |====================|*  31 min of 30 min, 1 min late
    follow up  |>···················|   59 min 55 s of 24 h when the run ended

expectations
  ✓ ticket opened: { device: leak-b2 }   night-leak.yaml:12:5
    once: 2026-11-24 03:00:05
  ✗ clock met: { milestone: follow_up }  night-leak.yaml:14:5
    it never came
  seed 1; to run it again: npx shifen simulate night-leak --seed 1

1 scenario, 2 expectations, 1 failed
`)
  })

  it('heads each day once', () => {
    const lines = [0, 1, 22 * 60, 23 * 60].map((minutes) =>
      lineAt(minutes * MINUTE_MS, 'people', `zhang at ${minutes}`),
    )
    const text = textReport([leak({ lines })], plain)
    expect(text.split('\n').filter((line) => /^\d{4}-\d\d-\d\d$/.test(line))).toEqual(['2026-11-24', '2026-11-25'])
  })

  it('has the columns of Chinese and English places below each other', () => {
    const tickets = ['B2 水泵房', 'Roof', '一号楼东侧电梯机房'].map((location, at) =>
      ticketOf(`000${at}`, at, { location }),
    )
    const rows = textReport([leak({ tickets })], plain)
      .split('\n')
      .filter((line) => line.includes('opened 2026'))
    const widths = rows.map((row) => [...row.split('opened')[0]!].reduce((sum, c) => sum + (c > '\u2e80' ? 2 : 1), 0))
    expect(new Set(widths).size).toBe(1)
    expect(rows).toHaveLength(3)
  })

  it('colours only when asked to, and lets nothing that a device says colour the screen', () => {
    const lines = [lineAt(0, 'building', 'leak-b2 \u001b[31mis \u202ewet\r\n')]
    const hostile = leak({ lines })
    const colourless = textReport([hostile], plain)
    expect(colourless).not.toMatch(/[\u001b\u202e\r]/)
    expect(colourless).toContain('leak-b2 \ufffd[31mis \ufffdwet\ufffd\ufffd')
    const coloured = textReport([hostile], { colour: true })
    expect(coloured).toContain('\u001b[31m✗ clock met')
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(colourless)
  })

  it('counts the lines and tickets that it leaves out, and keeps those that were late', () => {
    const lines = Array.from({ length: 50 }, (_, at) => lineAt(at * 20 * MINUTE_MS, 'story', `step ${at}`))
    const late = { clocks: [clock('arrive', 1, { state: 'breached' })] } as const
    const tickets = Array.from({ length: 9 }, (_, at) => ticketOf(`000${at}`, at, at === 8 || at === 6 ? late : {}))
    const text = textReport([leak({ lines, tickets })], { ...plain, linesMax: 12, ticketsMax: 3 })
    expect(text).toContain('… 38 lines left out')
    expect(text.match(/ {2}step \d+$/gm)).toHaveLength(12)
    expect(text.match(/step (0|8|47|49)$/gm)).toHaveLength(4)
    expect(text.match(/^ {2}000\d/gm)).toEqual(['  0000', '  0006', '  0008'])
    expect(text).toContain('… 6 more tickets, 0 of them late')
    expect(textReport([leak({ tickets })], { ...plain, ticketsMax: 1 })).toContain('… 8 more tickets, 1 of them late')
  })

  it('sums several runs up in its last line, and says which showed nothing', () => {
    const well = leak({ verdicts: [verdict('ticket opened', true, 'once', 3)], passed: true, seed: '2' })
    const nothing = leak({ scenario: scenarioOf({ name: 'calm' }), verdicts: [verdict('never', true, 'never', 3, 0)] })
    const last = (...runs: ReturnType<typeof leak>[]) => textReport(runs, plain).trimEnd().split('\n').at(-1)
    expect(last(well)).toBe('1 scenario, 1 expectation, 0 failed')
    expect(last(well, leak())).toBe('1 scenario, 2 runs, 3 expectations, 1 failed')
    expect(last(well, nothing)).toBe('2 scenarios, 2 expectations, 0 failed, 1 run showed nothing')
    expect(textReport([nothing], plain)).toContain('✗ nothing was expected to happen')
    expect(textReport([well], plain)).not.toContain('to run it again')
  })

  it('is the same for the same run', () => {
    expect(textReport([leak()], plain)).toBe(textReport([structuredClone(leak())], plain))
  })

  it('draws a clock in every state', () => {
    const met = (minutes: number) => iso(minutes * MINUTE_MS)
    const clocks = [
      clock('arrive', 10 * MINUTE_MS, { state: 'met', metAt: met(10) }),
      clock('arrive', 10 * MINUTE_MS, { state: 'met', metAt: met(0) }),
      clock('arrive', 10 * MINUTE_MS, { state: 'met_late', metAt: met(12) }),
      clock('arrive', 10 * MINUTE_MS, { state: 'breached' }),
      clock('arrive', 10 * MINUTE_MS, { state: 'cancelled' }),
      clock('arrive', 120 * MINUTE_MS, { party: 'maintenance_firm' }),
      clock('arrive', -5, { state: 'met_late', metAt: met(1) }),
    ]
    const text = textReport([leak({ tickets: [ticketOf('1', 0, { clocks })] })], plain)
    const drawn = text.split('\n').filter((line) => line.includes('|'))
    expect(drawn.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['arrive', '|===================*|', '10 min of 10 min'],
      ['arrive', '|*···················|', '0 ms of 10 min'],
      ['arrive', '|====================|====*', '12 min of 10 min, 2 min late'],
      ['arrive', '|====================|==========»>', '1 h of 10 min and still not met'],
      ['arrive', '|--------------------|', 'of 10 min, no longer counted'],
      ['arrive (maintenance firm)', '|==========>·········|', '1 h of 2 h when the run ended'],
      ['arrive', '|====================|*', '1 min of 0 ms, 1 min late'],
    ])
  })
})
