import type { Simulation } from '../api/service.ts'
import type { Clock } from '../rules/clock.ts'
import { MINUTE_MS, Refusal } from '../rules/model.ts'
import type { DeviceDescription, Fault } from './devices/index.ts'
import type { Hand } from './hand.ts'
import type { SeededRandom } from './random.ts'
import type { Act, Scenario } from './scenario.ts'

type Offer = Simulation['offers'][number]['id']
type Standing = ReturnType<Simulation['standing']>[number]

const STANDING_MAX = 5
/** As the demo's own faults: a crew is mostly there long before. */
const PASSES_AFTER_MS = 40 * MINUTE_MS

interface Place {
  /** That tells it. */
  device: DeviceDescription
  /** Those that must be well for it. */
  touches: readonly DeviceDescription[]
}

interface Offered {
  titles: { zh: string; en: string }
  /** What it has to find well, in words. */
  needs: string
  fault: Fault
  places: (devices: readonly DeviceDescription[]) => Place[]
  act: (device: DeviceDescription) => Act
}

const OFFERED: Readonly<Record<Offer, Offered>> = {
  leak: ofOneDevice('water_leak', 'leak', { zh: '漏水', en: 'A leak' }, 'leak sensor'),
  entrapment: ofOneDevice('elevator', 'entrapment', { zh: '电梯困人', en: 'Somebody trapped in a lift' }, 'lift'),
  blackout: {
    titles: { zh: '整栋停电', en: 'A building without power' },
    needs: 'building',
    fault: 'supply_lost',
    places(devices) {
      const meters = devices.filter(({ kind, gateway }) => kind === 'power_meter' && gateway === undefined)
      const mains = meters.filter(({ tags = [] }) => tags.includes('main'))
      return (mains.length > 0 ? mains : meters).map((device) => {
        return { device, touches: devices.filter(({ building }) => building === device.building) }
      })
    },
    // Until it is repaired: then the whole building has its power back.
    act: ({ building }) => ({ do: 'power_cut', building, forMs: null }),
  },
}

function ofOneDevice(kind: DeviceDescription['kind'], fault: Fault, titles: Offered['titles'], needs: string): Offered {
  return {
    ...{ titles, needs, fault },
    places: (devices) => devices.filter((each) => each.kind === kind).map((device) => ({ device, touches: [device] })),
    act: ({ id }) => ({ do: 'fault', devices: [id], fault, forMs: PASSES_AFTER_MS, one: false }),
  }
}

export interface PanelOptions {
  scenario: Pick<Scenario, 'title' | 'devices' | 'file'>
  /** The service's. */
  clock: Clock
  /** Seconds of the scenario in one of the service's. */
  speed: number
  random: SeededRandom
}

export interface Panel {
  simulation: Simulation
  /** For `play`. */
  onHand: (hand: Hand) => void
}

/** Lets somebody who watches a scenario have a hand in it. */
export function createPanel({ scenario, clock, speed, random }: PanelOptions): Panel {
  let hand: Hand | null = null
  let count = 0
  let asked: (Standing & { begun: boolean })[] = []

  const standing = () => {
    asked = asked.filter(({ begun, offer, device }) => !begun || hand?.faults(device).includes(OFFERED[offer].fault))
    return asked
  }

  function place(offer: Offer, { isWell }: Hand): DeviceDescription {
    const taken = new Set(standing().map(({ device }) => device))
    const { places, needs } = OFFERED[offer]
    const well = places(scenario.devices).filter(({ device, touches }) => {
      return !taken.has(device.id) && touches.every(({ id }) => !taken.has(id) && isWell(id))
    })
    if (well.length > 0) return random.pick(well).device
    throw new Refusal(
      'conflict',
      `no ${needs} is well just now; wait until the crews have seen to one`,
      'simulation_none',
    )
  }

  const simulation: Simulation = {
    title: scenario.title,
    offers: (Object.keys(OFFERED) as Offer[]).map((id) => ({ id, titles: OFFERED[id].titles })),
    standing: () => standing().map(({ begun: _begun, ...told }) => told),
    async begin(offer) {
      if (hand === null)
        throw new Refusal('unavailable', 'the building is not there yet: try again in a moment', 'simulation_absent')
      if (standing().length >= STANDING_MAX) {
        throw new Refusal(
          'conflict',
          `${STANDING_MAX} at once are enough for one crew; wait until one is seen to`,
          'simulation_enough',
          { max: STANDING_MAX },
        )
      }
      const device = place(offer, hand)
      const at = clock.now()
      const until = at + Math.round(PASSES_AFTER_MS / speed)
      const mine = { id: `${offer}-${++count}`, offer, device: device.id, at, until, begun: false }
      asked.push(mine)
      const written = { file: scenario.file, line: 1, column: 1 }
      try {
        const step = { as: null, when: { atMs: 0 }, act: OFFERED[offer].act(device), place: written }
        await hand.letHappen(step, PASSES_AFTER_MS)
      } catch (error) {
        asked = asked.filter((each) => each !== mine)
        throw error
      }
      mine.begun = true
      const { begun: _begun, ...told } = mine
      return told
    },
  }
  return { simulation, onHand: (given) => (hand = given) }
}
