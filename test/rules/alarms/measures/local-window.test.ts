import { describe, expect, it } from 'vitest'
import { startOfLastWindow } from '../../../../rules/alarms/measures/local-window.ts'

const NIGHT = { from: '22:00', to: '06:00' }
const iso = (window: { from: string; to: string }, zone: string, now: string) => {
  const found = startOfLastWindow(window, zone, Date.parse(now))
  return found && [found.from, found.to].map((at) => new Date(at).toISOString())
}

describe('the window of the day that began last', () => {
  it.each([
    ['2026-03-02T13:59:59.999Z', '2026-03-01T14:00:00.000Z', '2026-03-01T22:00:00.000Z'],
    ['2026-03-02T14:00:00.000Z', '2026-03-02T14:00:00.000Z', '2026-03-02T22:00:00.000Z'],
    ['2026-03-02T23:00:00.000Z', '2026-03-02T14:00:00.000Z', '2026-03-02T22:00:00.000Z'],
  ])('in Shanghai at %s', (now, from, to) => {
    expect(iso(NIGHT, 'Asia/Shanghai', now)).toEqual([from, to])
  })

  it('is a whole day where it ends when it begins', () => {
    const found = iso({ from: '08:00', to: '08:00' }, 'Asia/Shanghai', '2026-03-02T12:00:00Z')
    expect(found).toEqual(['2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z'])
  })

  it('begins after the change where its start is skipped, and the first time where it comes twice', () => {
    const window = { from: '02:30', to: '05:00' }
    expect(iso(window, 'Europe/Berlin', '2026-03-29T08:00:00Z')).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-29T03:00:00.000Z',
    ])
    expect(iso(window, 'Europe/Berlin', '2026-10-25T08:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T04:00:00.000Z',
    ])
  })
})
