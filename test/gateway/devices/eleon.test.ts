import { describe, expect, it } from 'vitest'
import { listener, points, restarted, states } from '../../support/families.ts'

const said = (value: unknown, timestamp = 1_719_394_999) => ({ timestamp, value })
const LINK = '/BOX-7/connected-to-controller'
const FLOOR = '/BOX-7/elevator/information/current-floor'

describe('Eleon S1', () => {
  it.each([
    [false, 'active'],
    [true, 'cleared'],
    [0, 'active'],
    [null, 'unknown'],
    ['?', 'unknown'],
  ])('connected-to-controller %j: link lost %s', (value, state) => {
    const decoded = listener().hear(LINK, said(value))
    expect(states(decoded)).toEqual([`device.controller_link ${state}`])
    expect(decoded).toMatchObject({ device: { key: 'eleon:BOX-7' }, time: { device: 1_719_394_999_000 }, health: {} })
  })

  it('below a prefix of the site', () => {
    const decoded = listener().hear(`tower${LINK}`, said(false))
    expect(decoded.device?.key).toBe('eleon:BOX-7')
    expect(states(decoded)).toEqual(['device.controller_link active'])
    expect(points(listener().hear(`tower${FLOOR}/relative`, said(2)))).toEqual({ 'lift.floor': 2 })
  })

  it('a floor is counted from the lowest only until the count from the ground is known', () => {
    const first = listener()
    expect(points(first.hear(`${FLOOR}/absolute`, said(4)))).toEqual({ 'lift.floor': 4 })
    expect(points(first.hear(`${FLOOR}/relative`, said(-1)))).toEqual({ 'lift.floor': -1 })
    expect(restarted(first).hear(`${FLOOR}/absolute`, said(5)).measurements).toEqual([])
  })

  it('a floor that is null, a text or beyond any building', () => {
    expect(listener().hear(`${FLOOR}/relative`, said(null))).toMatchObject({ measurements: [], disposition: 'accept' })
    expect(points(listener().hear(`${FLOOR}/relative`, said('3')))).toEqual({ 'lift.floor': 3 })
    expect(listener().hear(`${FLOOR}/relative`, said(2_147_483_647)).measurements).toEqual([])
  })

  it('remembers maker and controller, and writes them once', () => {
    const first = listener()
    const meta = { manufacturerName: 'Schindler', controllerName: 'MCS LCB_II', driver: 'lcb2' }
    expect(first.hear('/ELEON-1/meta', meta)).toMatchObject({ disposition: 'ignore', device: { vendor: 'Schindler' } })
    const kept = first.memory.get('eleon:maker:ELEON-1')
    first.hear('/ELEON-1/meta', meta)
    expect(first.memory.get('eleon:maker:ELEON-1')).toBe(kept)
    const later = restarted(first).hear('/ELEON-1/connected-to-controller', said(true))
    expect(later.device).toEqual({ key: 'eleon:ELEON-1', kind: 'elevator', vendor: 'Schindler', model: 'MCS LCB_II' })
  })

  it('strength of signal as it is told', () => {
    expect(listener().hear('/ELEON-1/signal-strength', said(-71)).health).toEqual({ rssi: -71 })
    expect(listener().hear('/ELEON-1/signal-strength', said(17)).health).toEqual({ signalRaw: 17 })
  })

  it('the same topic, time and value is a duplicate, also after a restart', () => {
    const first = listener()
    expect(first.hear(LINK, said(false)).disposition).toBe('accept')
    expect(first.hear(`${FLOOR}/relative`, said(2)).disposition).toBe('accept')
    const second = restarted(first)
    expect(second.hear(LINK, said(false), { afterMs: 60_000 }).disposition).toBe('duplicate')
    expect(second.hear(LINK, said(true), { afterMs: 60_000 }).disposition).toBe('accept')
    expect(second.hear(LINK, said(false, 1_719_395_099), { afterMs: 60_000 }).disposition).toBe('accept')
  })

  it('leaves foreign topics alone', () => {
    const { hear, family } = listener()
    for (const topic of ['house/meta', 'house/elevator/state', 'meta', 'a/customer']) {
      hear(topic, said(1))
      expect(family(), topic).toBeNull()
    }
  })

  it.each([
    ['true', 'invalid_shape'],
    ['[]', 'invalid_shape'],
    ['{"value":NaN}', 'invalid_json'],
  ])('%s is refused as %s', (content, reason) =>
    expect(listener().hear(LINK, content)).toMatchObject({ disposition: 'reject', reason }),
  )
})
