import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AlarmEvent } from '../../../rules/alarms/machine.ts'
import type { Alarm, MuteKind } from '../../../rules/model.ts'
import type { AlarmLine } from '../../../rules/reports/alarm-line.ts'
import { alarmLines, countMuted, staleAlarms, standingMutes } from '../../../rules/storage/alarm-history.ts'
import { insertAlarmEntry, saveAlarm } from '../../../rules/storage/alarms.ts'
import { openStore, type Store } from '../../../rules/storage/connect.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shifen-history-'))
  store = await openStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const DAY = 24 * 3_600_000
const NOW = Date.UTC(2026, 10, 23)

const alarm = (id: string, about: Partial<Alarm> = {}): Alarm => ({
  id,
  rule: 'wet',
  device: `device-of-${id}`,
  site: 'north',
  priority: 'low',
  category: 'water_leak',
  state: 'unacked',
  active: true,
  value: true,
  levels: [],
  raisedAt: NOW - DAY,
  acknowledgedAt: null,
  acknowledgedBy: null,
  returnedAt: null,
  endedAt: null,
  reAlarmAt: null,
  acknowledgementExpiresAt: null,
  count: 1,
  messages: 1,
  transitions: 1,
  changedAt: [],
  chattering: false,
  muted: null,
  ticket: null,
  drill: null,
  ageUnknown: false,
  dueAt: null,
  ...about,
})
const by = (kind: MuteKind) => ({ kind, mute: 'm1' })
const write = (of: Alarm, at: number, action: AlarmEvent) =>
  insertAlarmEntry(store.writer, of, { at, by: 'system', action, note: '' })

async function linesOf(sites: string[], from: number, to: number): Promise<AlarmLine[]> {
  const lines: AlarmLine[] = []
  for await (const page of alarmLines(store.reader, { sites, from, to })) lines.push(...page)
  return lines
}

describe('lines of a period', () => {
  it('are all there once and in order, over the edges of pages and days', async () => {
    store.sqlite.exec(`
      with recursive n(i) as (select 0 union all select i + 1 from n where i < 9999)
      insert into alarm_history (alarm, at, by, action, note, site, device, rule, priority)
      select 'a' || i, ${NOW} + (i % 4) * ${DAY}, 'system', 'raised', '', iif(i % 8 < 4, 'north', 'south'),
        'd' || i, 'wet', 'low' from n`)
    const lines = await linesOf(['north', 'south'], NOW, NOW + 4 * DAY)
    expect(new Set(lines.map(({ device }) => device)).size).toBe(10_000)
    expect(lines).toHaveLength(10_000)
    const times = lines.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(await linesOf(['south'], NOW, NOW + DAY)).toHaveLength(1_250)
  })

  it('begin at its start and are over before its end', async () => {
    for (const at of [NOW - 1, NOW, NOW + DAY - 1, NOW + DAY]) await write(alarm('a'), at, 'raised')
    expect((await linesOf(['north'], NOW, NOW + DAY)).map(({ at }) => at)).toEqual([NOW, NOW + DAY - 1])
    expect(await linesOf(['south'], NOW, NOW + DAY)).toEqual([])
  })
})

describe('what was muted at a time', () => {
  const mutedThen = async (sites = ['north', 'south']) =>
    (await standingMutes(store.reader, sites, NOW)).map(({ device, muted }) => [device, muted])
  async function mute(of: Alarm, at: number, kind: MuteKind): Promise<void> {
    await saveAlarm(store.writer, of)
    await write({ ...of, muted: by(kind) }, at, 'muted')
  }

  it('is what was muted and not released before it', async () => {
    await mute(alarm('a'), NOW - 2, 'shelved')
    await mute(alarm('b'), NOW - 2, 'shelved')
    await write(alarm('b'), NOW - 1, 'released')
    await mute(alarm('c'), NOW - 2, 'suppressed')
    await write(alarm('c'), NOW, 'released')
    await mute(alarm('d'), NOW, 'shelved')
    await mute(alarm('e', { site: 'south' }), NOW - 400 * DAY, 'out_of_service')
    expect(await mutedThen()).toEqual([
      ['device-of-e', 'out_of_service'],
      ['device-of-a', 'shelved'],
      ['device-of-c', 'suppressed'],
    ])
    expect(await mutedThen(['south'])).toEqual([['device-of-e', 'out_of_service']])
  })

  it('is no alarm that had ended by then', async () => {
    await mute(alarm('a', { state: 'normal', endedAt: NOW - 1 }), NOW - 2, 'shelved')
    await mute(alarm('b', { state: 'normal', endedAt: NOW }), NOW - 2, 'shelved')
    expect(await mutedThen()).toEqual([['device-of-b', 'shelved']])
  })

  it('is counted now by kind', async () => {
    await saveAlarm(store.writer, alarm('a', { muted: by('shelved') }))
    await saveAlarm(store.writer, alarm('b', { muted: by('shelved'), site: 'south' }))
    await saveAlarm(store.writer, alarm('c', { muted: by('suppressed') }))
    await saveAlarm(store.writer, alarm('d', { muted: by('suppressed'), state: 'normal', endedAt: NOW }))
    const none = { out_of_service: 0, shelved: 0, suppressed: 0 }
    expect(await countMuted(store.reader, ['north', 'south'])).toEqual({ ...none, shelved: 2, suppressed: 1 })
    expect(await countMuted(store.reader, ['south'])).toEqual({ ...none, shelved: 1 })
  })
})

describe('stale alarms', () => {
  it('have been active and shown since before a time, the oldest first', async () => {
    const old = NOW - 3 * DAY
    const alarms = [
      alarm('recurred', { raisedAt: old, changedAt: [old, old + 5, NOW - 2 * DAY] }),
      alarm('old', { raisedAt: old, changedAt: [old - 10_000] }),
      alarm('acked', { raisedAt: old + 1, state: 'acked' }),
      alarm('anew', { raisedAt: old, changedAt: [old, old + 5, NOW - DAY] }),
      alarm('young', { raisedAt: NOW - DAY }),
      alarm('returned', { raisedAt: old, active: false, state: 'rtn_unacked' }),
      alarm('muted', { raisedAt: old, muted: by('shelved') }),
      alarm('ended', { raisedAt: old, endedAt: NOW }),
      alarm('elsewhere', { raisedAt: old, site: 'south' }),
    ]
    for (const each of alarms) await saveAlarm(store.writer, each)
    const stale = await staleAlarms(store.reader, ['north'], NOW - DAY)
    expect(stale.map(({ alarm: id, since }) => [id, since])).toEqual([
      ['old', old],
      ['acked', old + 1],
      ['recurred', NOW - 2 * DAY],
    ])
  })
})
