import { describe, expect, it } from 'vitest'
import { decodeOn, RECEIVED_MS, states } from '../../support/lorawan.ts'
import { plainMemory } from '../../support/memory.ts'

const ids = { device_id: 'lwl03a-b1', dev_eui: 'A84041FFFF1803A0', dev_addr: '00BCB929' }
/** Leaking, ten times, ten minutes, 2022-10-29T07:14:58Z. */
const LEAK = 'AQAACgAACmNc0vI='
const DRY = 'AAAACgAACmNc0vI='

const message = (up: object = {}, more: object = {}) => ({
  end_device_ids: ids,
  received_at: new Date(RECEIVED_MS).toISOString(),
  uplink_message: { session_key_id: 'S1', f_port: 2, f_cnt: 12, frm_payload: LEAK, ...up },
  ...more,
})

const on = (channel: string, body: unknown, memory = plainMemory(), at = 0) =>
  decodeOn(`v3/app@tenant/devices/lwl03a-b1/${channel}`, body, memory, at).decoded

describe('topics of The Things Stack', () => {
  it.each(['v3/app@tenant/devices/x/up', '/v3/app/devices/x/up', 'bridge/v3/app@ttn/devices/x/up'])(
    '%s is an uplink',
    (topic) => {
      expect(states(decodeOn(topic, message()).decoded)).toEqual(['water.leak active'])
    },
  )

  it.each([
    'down/queued',
    'down/sent',
    'down/ack',
    'down/nack',
    'down/failed',
    'down/push',
    'service/data',
    'location/solved',
  ])('%s is passed over', (channel) => {
    expect(on(channel, message())).toMatchObject({ disposition: 'ignore', conditions: [] })
  })

  it.each(['v3/app/devices/x', 'v2/app/devices/x/up', 'v3/app/devices/x/state', 'v3/a/devices/x/up/y/z'])(
    '%s is not its',
    (topic) => {
      expect(decodeOn(topic, { state: 1 }).family).toBeNull()
    },
  )
})

describe('an uplink', () => {
  it('is known by its EUI, else by its id', () => {
    expect(on('up', message()).device).toMatchObject({ key: 'lorawan:a84041ffff1803a0', kind: 'water_leak' })
    const nameless = message({}, { end_device_ids: { device_id: 'lwl03a-b1' } })
    expect(on('up', nameless).device?.key).toBe('lorawan:lwl03a-b1')
    expect(on('up', message({}, { end_device_ids: {} }))).toMatchObject({
      disposition: 'reject',
      reason: 'invalid_shape',
    })
  })

  it('has the model of its version', () => {
    const versioned = message(
      { version_ids: { brand_id: 'dragino', model_id: 'lwl03a' } },
      {
        end_device_ids: { device_id: 'cellar', dev_eui: 'A84041FFFF1803A0' },
      },
    )
    expect(states(on('up', versioned))).toEqual(['water.leak active'])
  })

  it.each([
    [{ received_at: '2026-03-02T07:59:59.9Z' }, {}, RECEIVED_MS - 100, 'network_rx'],
    [{}, {}, RECEIVED_MS, 'network_rx'],
    [{ rx_metadata: [{ time: '2026-03-02T08:00:00Z' }] }, { received_at: undefined }, RECEIVED_MS, 'gateway_rx'],
    [{}, { received_at: null }, null, 'none'],
  ])('with %j and %j is of %j', (up, more, device, basis) => {
    expect(on('up', message({ frm_payload: undefined, ...up }, more)).time).toMatchObject({ device, basis })
  })

  it('keeps the device’s own time and says when it is far from the network’s', () => {
    const decoded = on('up', message())
    expect(decoded.time).toMatchObject({ device: Date.UTC(2022, 9, 29, 7, 14, 58), basis: 'epoch_s' })
    expect(decoded.warnings).toContain('time_inconsistent')
    expect(decoded.historical).toBe(false)
  })

  it.each([[{ uplink_message: null }], [{ uplink_message: [] }], [{ uplink_message: undefined }]])(
    'with %j is rejected',
    (more) => {
      expect(on('up', message({}, more))).toMatchObject({ disposition: 'reject', reason: 'invalid_shape' })
    },
  )

  it.each(['[]', '"{}"', 'null', '{', '{"f_cnt":NaN}'])('%s is rejected', (text) => {
    expect(on('up', text).disposition).toBe('reject')
  })
})

describe('repetitions', () => {
  it('by session key and counter, whatever else changed on the way', () => {
    const memory = plainMemory()
    expect(on('up', message(), memory).disposition).toBe('accept')
    const again = message({}, { correlation_ids: ['other'], received_at: '2026-03-02T08:00:48Z' })
    const decoded = on('up', again, memory, 48_000)
    expect(decoded.disposition).toBe('duplicate')
    expect(states(decoded)).toEqual(['water.leak active'])
  })

  it('another session with the same counter is news, with or without its join', () => {
    const memory = plainMemory()
    on('up', message(), memory)
    expect(on('up', message({ session_key_id: 'S2' }), memory, 60_000).disposition).toBe('accept')
    on('join', { end_device_ids: ids, join_accept: { session_key_id: 'S3' } }, memory, 70_000)
    expect(on('up', message({ session_key_id: 'S2' }), memory, 80_000).disposition).toBe('accept')
  })

  it('a counter that is left out is zero', () => {
    const memory = plainMemory()
    const first = on('up', message({ f_cnt: undefined }), memory)
    expect(first.seq).toEqual({ type: 'fCnt', value: 0 })
    expect(on('up', message({ f_cnt: undefined, frm_payload: DRY }), memory, 1_000).disposition).toBe('accept')
  })
})

describe('a simulated uplink', () => {
  it('is marked, and leaves nothing behind that could stand in a real one’s way', () => {
    const memory = plainMemory()
    const decoded = on('up', message({ f_cnt: 9_000 }, { simulated: true }), memory)
    expect(decoded).toMatchObject({ disposition: 'accept', simulated: true })
    expect(memory.values.size).toBe(0)
    expect(on('up', message({ f_cnt: 9_000 }), memory)).toMatchObject({ disposition: 'accept', simulated: false })
  })
})

it('a join is heard', () => {
  const body = { end_device_ids: ids, join_accept: { session_key_id: 'S', received_at: '2026-03-02T08:00:00Z' } }
  expect(on('join', body)).toMatchObject({
    disposition: 'accept',
    device: { key: 'lorawan:a84041ffff1803a0', kind: 'water_leak' },
    time: { device: RECEIVED_MS, basis: 'network_rx' },
  })
})
