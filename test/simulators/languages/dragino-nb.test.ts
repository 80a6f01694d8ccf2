import { describe, expect, it } from 'vitest'
import { draginoNb } from '../../../simulators/languages/dragino-nb.ts'
import { corpus } from '../../support/corpus.ts'
import { describedAs, GATEWAY, listenTo, SITE, toldIn } from './heard.ts'

const { heard, packets, rejections, passed } = listenTo(draginoNb, 'water_leak', { reportEveryMs: 900_000 })
const live = heard.filter(({ message }) => message.live)
const rows = heard.filter(({ message }) => !message.live)

describe('a WL03A-NB', () => {
  it('is understood, as one device', () => {
    expect(rejections).toEqual([])
    expect(passed.filter((each) => each !== null)).toEqual([])
    const address = { ...describedAs('dragino-nb', 'water_leak'), site: SITE, gateway: GATEWAY }
    expect(new Set(heard.map(({ message }) => message.discovered?.key))).toEqual(new Set([draginoNb.identity(address)]))
    for (const { message, atMs } of live) expect(message.deviceAt).toBe(atMs - (atMs % 1_000))
  })

  it('tells what it holds, and each leak from its begin to its end', () => {
    for (const { message, truth } of live) {
      expect(toldIn(message, 'water.leak')).toBe(truth['water.leak'])
      expect(toldIn(message, 'leak.count')).toBe(truth['leak.count'])
      expect(toldIn(message, 'batteryVoltage')).toBeCloseTo(truth['batteryVoltage'] as number, 3)
      const off = (truth['leak.last_duration'] as number) - (toldIn(message, 'leak.last_duration') as number)
      expect(off).toBeGreaterThanOrEqual(0)
      expect(off).toBeLessThan(60)
    }
    const states = live.map(({ message }) => toldIn(message, 'water.leak'))
    expect(states.slice(states.indexOf(true))).toContain(false)
    expect(states).toContain(true)
  })

  it('sends its last eight reports again as rows of its log, each of which is stored once', () => {
    const reports = packets.map(({ payload }) => (payload as string).length)
    expect(reports[0]).toBe(16 + 2 * 19)
    expect(Math.max(...reports)).toBe(16 + 2 * (19 + 8 * 11))
    const times = rows.map(({ message }) => message.deviceAt)
    expect(times.length).toBeGreaterThan(8)
    expect(new Set(times).size).toBe(times.length)
  })

  it('writes as the one that was seen', () => {
    const real = corpus.find(({ id }) => id === 'dragino_nb--wl03a-nb-leak')!.payloadText!
    const wet = live.find(({ message }) => toldIn(message, 'water.leak') === true)!.packet.payload as string
    const model = (text: string) => text.slice(16, 20)
    const alarms = (text: string) => text.slice(26, 34)
    expect([wet[0], model(wet), alarms(wet)]).toEqual([real[0], model(real), alarms(real)])
  })
})
