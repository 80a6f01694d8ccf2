import { describe, expect, it } from 'vitest'
import { listener, states } from '../../support/families.ts'

const topic = (event: string) =>
  `apim/elevator-co/data-product/V1/json/elevator/${event}/hilton/FR/paris/opera/make-1/lift-1`
const header = (more: object = {}) => ({ timestamp: '2021-02-15-13:25:27-UTC', ...more })

describe('elevator-co', () => {
  it.each([
    ['critical-alarm', 'car2floor_alignment', 'elevator.mislevelling'],
    ['critical-alarm', 'max_weight_exceeded', 'elevator.overload'],
    ['alarm', 'something', 'elevator.other_fault'],
    ['fault', 'light', 'elevator.other_fault'],
    ['fault', 'phone', 'elevator.other_fault'],
  ])('%s of type %s is %s', (event, type, code) => {
    const decoded = listener().hear(topic(event), { header: header(), body: { type, code: 7, details: {} } })
    expect(states(decoded)).toEqual([`${code} active`])
    expect(decoded.device).toEqual({ key: 'elevatorco:lift-1', kind: 'elevator', model: 'make-1' })
    expect(decoded.time.device).toBe(Date.UTC(2021, 1, 15, 13, 25, 27))
  })

  it('predicted maintenance, taken note of and resolved', () => {
    const { hear } = listener()
    const body = { component_id: 'ABC-1', probability_of_failure_pct: null }
    const predicted = hear('elevator-co/fr/elevator/maintenance/make-1/lift-1', { header: header(), body })
    expect(predicted.conditions).toEqual([
      { code: 'elevator.predictive_maintenance', state: 'active', native: 'ABC-1', detail: {} },
    ])
    const update = (status: string) => ({ status_update: { ...header({ tracking_id: 't-1' }), status } })
    expect(hear(topic('status_update'), update('received')).disposition).toBe('ignore')
    expect(states(hear(topic('status_update'), update('resolved')))).toEqual([
      'elevator.predictive_maintenance cleared',
    ])
  })

  it.each([
    ['2021-02-15-13:25:27+01:00', Date.UTC(2021, 1, 15, 12, 25, 27)],
    ['2021-02-15T13:25:27Z', Date.UTC(2021, 1, 15, 13, 25, 27)],
    ['2021-02-15-13:25:27-CET', null],
    [7, 7_000],
    [null, null],
  ])('time %j', (timestamp, device) => {
    const decoded = listener().hear(topic('journey'), { header: { timestamp }, body: {} })
    expect(decoded).toMatchObject({ disposition: 'accept', time: { device } })
  })

  it('one tracking number is one event', () => {
    const { hear } = listener()
    const event = (tracking_id: string) => ({ header: header({ tracking_id }), body: { type: 'phone' } })
    expect(hear(topic('fault'), event('a')).disposition).toBe('accept')
    expect(hear(topic('fault'), event('b')).disposition).toBe('accept')
    expect(hear(topic('fault'), event('a'), { afterMs: 60_000 }).disposition).toBe('duplicate')
  })

  it.each([['{}'], ['{"header":{},"body":null}'], ['[]']])('%s is refused', (content) => {
    expect(listener().hear(topic('fault'), content)).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
  })
})
