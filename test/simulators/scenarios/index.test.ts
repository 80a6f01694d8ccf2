import { describe, expect, it } from 'vitest'
import { FAULTS } from '../../../simulators/devices/index.ts'
import { findScenario, scenarios } from '../../../simulators/scenarios/index.ts'

const elevatorFaults = 'entrapment door_fault overspeed emergency_stop mislevelling power_loss'.split(' ')
const meterFaults = `phase_lost supply_lost over_voltage under_voltage over_current unbalance residual_current
  over_temperature short_circuit sag swell`.split(/\s+/)

describe('the shipped scenarios', () => {
  it('are found by name', () => {
    expect(findScenario('demo')).toBe(scenarios.demo)
    expect(() => findScenario('nope')).toThrow('there is no scenario "nope"; choose one of: demo')
    expect(() => findScenario('constructor')).toThrow('choose one of')
  })

  it.each(Object.values(scenarios))('$name is sound', (scenario) => {
    const ids = scenario.devices.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of [scenario.site.id, ...ids]) expect(id).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    for (const { name, location } of scenario.devices) {
      expect(name).not.toBe('')
      expect(location).not.toBe('')
    }
    const kinds = new Map(scenario.devices.map(({ id, kind }) => [id, kind]))
    const emergencies = [
      ...scenario.opening,
      ...scenario.rounds.flatMap(({ turns }) =>
        turns.flatMap(({ fault, devices }) => devices.map((device) => ({ device, fault }))),
      ),
    ]
    for (const { device, fault } of emergencies) {
      const kind = kinds.get(device)
      if (kind === undefined) throw new Error(`${device} is not in ${scenario.name}`)
      expect(FAULTS[kind]).toContain(fault)
    }
    expect(scenario.crew.length).toBeGreaterThan(0)
    expect(scenario.signers.length).toBeGreaterThan(0)
  })

  it('demo is a building of 41 devices, one of them a valve, with every fault that calls somebody', () => {
    const { devices, rounds, opening } = findScenario('demo')
    const count = (kind: string) => devices.filter((device) => device.kind === kind).length
    expect(['water_leak', 'elevator', 'power_meter', 'valve'].map(count)).toEqual([24, 8, 8, 1])
    const zones = devices.filter(({ zone }) => zone !== undefined).map(({ id, zone }) => `${id} ${zone}`)
    expect(zones).toEqual(['leak-b2-01 b2-pump-room', 'valve-b2 b2-pump-room'])
    expect(opening[0]?.device).toBe('leak-b2-01')
    expect(opening[0]?.afterMs).toBeLessThan(30_000)
    const faults = rounds.flatMap(({ turns }) => turns.map(({ fault }) => fault))
    const calling = [...elevatorFaults, ...meterFaults, 'leak', 'battery_low']
    expect([...new Set(faults)].sort()).toEqual(calling.sort())
    for (const { turns } of rounds) {
      turns.forEach(({ fault }, index) => expect(fault).not.toBe(turns[(index + 1) % turns.length]?.fault))
    }
  })
})
