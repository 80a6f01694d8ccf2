import { describe, expect, it } from 'vitest'
import type { AlarmEvent } from '../../../rules/alarms/machine.ts'
import type { Priority } from '../../../rules/model.ts'
import type { AlarmLine } from '../../../rules/reports/alarm-line.ts'
import { alarmQuality, type AlarmQuestion } from '../../../rules/reports/alarm-quality.ts'
import { USUAL_FLOOD } from '../../../rules/reports/load.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const FROM = Date.UTC(2026, 2, 28)
const TO = FROM + 48 * HOUR

function line(minute: number, action: AlarmEvent, about: Partial<AlarmLine> = {}): AlarmLine {
  const usual = { site: 'riverside', device: 'leak-1', rule: 'wet', priority: 'low' as const, muted: null }
  return { at: FROM + minute * MINUTE, action, ...usual, ...about }
}

function qualityOf(lines: readonly AlarmLine[], asked: Partial<AlarmQuestion> = {}) {
  const question: AlarmQuestion = {
    period: { from: FROM, to: TO },
    positions: { riverside: ['riverside'] },
    flood: USUAL_FLOOD,
    standingMutes: [],
    stale: [],
    mutedNow: { out_of_service: 0, shelved: 0, suppressed: 0 },
    ...asked,
  }
  // In pages of two, so that every report goes over the edge of a page.
  const pages = Array.from({ length: Math.ceil(lines.length / 2) }, (_, page) => lines.slice(page * 2, page * 2 + 2))
  return alarmQuality(pages, question)
}

/** Raised a minute apart, each by a device of its own unless one is named. */
const raised = (count: number, about: Partial<AlarmLine> = {}) =>
  Array.from({ length: count }, (_, index) => line(index, 'raised', { device: `leak-${index}`, ...about }))

describe('what is presented', () => {
  it('is what was raised, alarmed again or rose, within the period, and was not muted', async () => {
    const report = await qualityOf([
      line(-1, 'raised'),
      line(0, 're_alarmed'),
      line(1, 'rose', { priority: 'high' }),
      line(2, 'fell'),
      line(3, 'acknowledged'),
      line(4, 'returned'),
      line(5, 'muted', { muted: 'shelved' }),
      line(6, 'raised', { muted: 'shelved' }),
      line(7, 'chattering', { muted: 'shelved' }),
      line(8, 'released'),
      line(8, 're_alarmed'),
    ])
    expect(report.presented).toBe(3)
    expect(report.positions[0]!.presented).toBe(3)
    expect(report.badActors.items).toEqual([{ site: 'riverside', device: 'leak-1', rule: 'wet', count: 3, share: 1 }])
    expect(report.chattering.items).toEqual([])
    expect(report.series.buckets[0]).toEqual({ at: FROM, presented: 3, muted: 1 })
  })

  it('is nothing in an empty period, and all that can be judged is fine', async () => {
    const report = await qualityOf([])
    expect(report.presented).toBe(0)
    expect(report.badActors).toEqual({ share: { value: 0, target: 0.05, limit: 'at_most', ok: null }, items: [] })
    expect(report.chattering.alarms.ok).toBe(true)
    expect(report.stale.alarms).toEqual({ value: 0, target: 5, limit: 'below', ok: true })
    expect(report.priorities.low).toEqual({ count: 0, value: 0, target: 0.79, limit: 'at_least', ok: null })
    expect(report.acknowledgement.all).toEqual({
      acknowledged: 0,
      never: 0,
      medianMs: null,
      p90Ms: null,
      maxMs: null,
    })
  })

  it('goes to each position that watches its site', async () => {
    const positions = { day: ['riverside', 'hill'], night: ['riverside', 'lake'], idle: ['nowhere'] }
    const lines = [line(1, 'raised'), line(2, 'raised', { site: 'hill' }), line(3, 'raised', { site: 'lake' })]
    const { positions: loads } = await qualityOf(lines, { positions })
    expect(loads.map(({ position, presented }) => [position, presented])).toEqual([
      ['day', 2],
      ['night', 2],
      ['idle', 0],
    ])
  })
})

describe('bad actors', () => {
  it('are the ten that were presented most, with their share, which few alarms cannot keep small', async () => {
    const lines = [...raised(11), ...raised(5, { device: 'noisy' }), ...raised(4, { device: 'noisy', rule: 'silent' })]
    const { badActors } = await qualityOf(lines)
    expect(badActors.items.slice(0, 3)).toEqual([
      { site: 'riverside', device: 'noisy', rule: 'wet', count: 5, share: 0.25 },
      { site: 'riverside', device: 'noisy', rule: 'silent', count: 4, share: 0.2 },
      { site: 'riverside', device: 'leak-0', rule: 'wet', count: 1, share: 0.05 },
    ])
    expect(badActors.items).toHaveLength(10)
    expect(badActors.share).toMatchObject({ value: 0.85, ok: null })
  })

  it('make up a twentieth at most, where there are alarms enough', async () => {
    expect((await qualityOf(raised(200))).badActors.share).toMatchObject({ value: 0.05, ok: true })
    const lines = [...raised(200), line(300, 'raised', { device: 'leak-1' })]
    expect((await qualityOf(lines)).badActors.share).toMatchObject({ value: 11 / 201, ok: false })
  })

  it('that chatter are listed with how often', async () => {
    const lines = [line(0, 'chattering'), line(9, 'chattering'), line(10, 'chattering', { device: 'leak-0' })]
    const { chattering } = await qualityOf(lines)
    expect(chattering.alarms).toMatchObject({ value: 2, target: 0, ok: false })
    expect(chattering.items.map(({ device, times }) => [device, times])).toEqual([
      ['leak-1', 2],
      ['leak-0', 1],
    ])
  })
})

describe('priorities', () => {
  const of = (counts: Record<Priority, number>) =>
    qualityOf(Object.entries(counts).flatMap(([priority, count]) => raised(count, { priority: priority as Priority })))

  it('are as they should be: less than 1 % critical, 5 % high, 15 % medium, the rest low', async () => {
    const { priorities } = await of({ critical: 1, high: 10, medium: 30, low: 160 })
    expect(priorities.critical).toEqual({ count: 1, value: 1 / 201, target: 0.01, limit: 'below', ok: true })
    expect(Object.values(priorities).map(({ ok }) => ok)).toEqual([true, true, true, true])
  })

  it('are too urgent', async () => {
    const { priorities } = await of({ critical: 2, high: 12, medium: 32, low: 154 })
    expect(Object.values(priorities).map(({ ok }) => ok)).toEqual([false, false, false, false])
  })

  it('of a handful of alarms are not judged', async () => {
    const { priorities } = await of({ critical: 1, high: 0, medium: 0, low: 0 })
    expect(priorities.critical).toMatchObject({ value: 1, ok: null })
  })
})

describe('the time to acknowledge', () => {
  it('has its median, ninth tenth and maximum, of each priority and of all', async () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 30]
    const lines = waits.flatMap((wait, index) => {
      const about = { device: `leak-${index}`, priority: index < 2 ? ('critical' as const) : ('low' as const) }
      return [line(100 * index, 'raised', about), line(100 * index + wait, 'acknowledged', about)]
    })
    const { acknowledgement } = await qualityOf(lines)
    const minutes = (median: number, p90: number, max: number) => {
      return { never: 0, medianMs: median * MINUTE, p90Ms: p90 * MINUTE, maxMs: max * MINUTE }
    }
    expect(acknowledgement.all).toEqual({ acknowledged: 10, ...minutes(5, 9, 30) })
    expect(acknowledgement.critical).toEqual({ acknowledged: 2, ...minutes(1, 2, 2) })
    expect(acknowledgement.low).toEqual({ acknowledged: 8, ...minutes(6, 30, 30) })
    expect(acknowledgement.high.acknowledged).toBe(0)
  })

  it('runs from the first time that nobody saw, and after an acknowledgement anew', async () => {
    const lines = [
      line(0, 'raised'),
      line(5, 'returned'),
      line(10, 'raised', { priority: 'high' }),
      line(12, 'acknowledged', { priority: 'high' }),
      line(60, 're_alarmed'),
      line(61, 'acknowledged'),
    ]
    const { acknowledgement } = await qualityOf(lines)
    expect(acknowledgement.high).toMatchObject({ acknowledged: 1, maxMs: 12 * MINUTE })
    expect(acknowledgement.low).toMatchObject({ acknowledged: 1, maxMs: 1 * MINUTE })
  })

  it('is never where an alarm, or the period, ended before; what was muted waits for nobody', async () => {
    const lines = [
      line(-5, 'raised', { device: 'early' }),
      line(0, 'raised', { device: 'ended' }),
      line(0, 'raised', { device: 'open', priority: 'high' }),
      line(0, 'raised', { device: 'muted' }),
      line(1, 'acknowledged', { device: 'early' }),
      line(2, 'muted', { device: 'muted', muted: 'shelved' }),
      line(3, 'ended', { device: 'ended' }),
    ]
    const { acknowledgement } = await qualityOf(lines)
    expect(acknowledgement.all).toMatchObject({ acknowledged: 0, never: 2 })
    expect(acknowledgement.high).toMatchObject({ acknowledged: 0, never: 1 })
  })
})

describe('mutes', () => {
  it('count with their time in the period: those that stood before it, those that outlast it', async () => {
    const standing = { site: 'riverside', rule: 'wet' }
    const lines = [
      line(30, 'muted', { muted: 'shelved' }),
      line(90, 'released'),
      line(120, 'released', { device: 'pump' }),
      line(47 * 60, 'raised', { device: 'late', muted: 'suppressed' }),
      line(47 * 60 + 30, 'rose', { device: 'late', muted: 'out_of_service' }),
    ]
    const { mutes } = await qualityOf(lines, {
      standingMutes: [
        { ...standing, device: 'pump', muted: 'shelved' },
        { ...standing, device: 'meter', muted: 'out_of_service' },
      ],
      mutedNow: { out_of_service: 2, shelved: 0, suppressed: 0 },
    })
    expect(mutes).toEqual({
      shelved: { now: 0, inPeriod: 2, mutedMs: 3 * HOUR },
      suppressed: { now: 0, inPeriod: 1, mutedMs: HOUR / 2 },
      out_of_service: { now: 2, inPeriod: 2, mutedMs: 48.5 * HOUR },
    })
  })

  it('end with their alarm', async () => {
    const { mutes } = await qualityOf([line(0, 'muted', { muted: 'suppressed' }), line(60, 'ended')])
    expect(mutes.suppressed).toEqual({ now: 0, inPeriod: 1, mutedMs: HOUR })
  })
})

describe('the stale', () => {
  it('are fewer than five, and listed up to a hundred', async () => {
    const stale = Array.from({ length: 120 }, (_, index) => {
      const about = { alarm: `a${index}`, site: 'riverside', device: `leak-${index}`, rule: 'wet' }
      return { ...about, priority: 'low' as const, since: FROM + index }
    })
    const { alarms, items } = (await qualityOf([], { stale })).stale
    expect(alarms).toMatchObject({ value: 120, ok: false })
    expect(items).toEqual(stale.slice(0, 100))
    expect((await qualityOf([], { stale: stale.slice(0, 4) })).stale.alarms.ok).toBe(true)
    expect((await qualityOf([], { stale: stale.slice(0, 5) })).stale.alarms.ok).toBe(false)
  })
})
