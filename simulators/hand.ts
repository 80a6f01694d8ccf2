import { Refusal, WORKING_STATES } from '../rules/model.ts'
import type { Fault } from './devices/index.ts'
import type { FactFinder } from './facts.ts'
import type { Premises } from './premises.ts'
import type { Step } from './scenario.ts'
import type { Story } from './story.ts'

/** For somebody who has a hand in what is played. */
export interface Hand {
  faults: (device: string) => readonly Fault[]
  /** Whether nothing is wrong with a device, and the service knows of nothing either. */
  isWell: (device: string) => boolean
  /**
   * As if the timeline had it now; it ends as its act says, else so long after. Resolves when it has happened; rejects
   * with `Refusal` where nothing is played any more.
   */
  letHappen: (step: Step, forMs: number) => Promise<void>
}

export interface Handed {
  hand: Hand
  /** A step of the story has happened. */
  happened(step: Step): void
  /** Nothing happens any more. */
  end(): void
}

interface Stage {
  premises: Pick<Premises, 'faults'>
  finder: Pick<FactFinder, 'tickets' | 'alarms'>
  story: Pick<Story, 'add'>
  now: () => number
}

export function createHand({ premises, finder, story, now }: Stage): Handed {
  const waiting = new Map<Step, { resolve: () => void; reject: (why: Refusal) => void }>()
  const over = () => new Refusal('unavailable', 'the building is not simulated any more')
  let ended = false

  const isKnownIll = (device: string) =>
    [...finder.alarms.values()].some((alarm) => alarm.device === device && alarm.computed !== 'normal') ||
    [...finder.tickets.values()].some((ticket) => {
      return ticket.device === device && WORKING_STATES.some((state) => state === ticket.state)
    })

  return {
    hand: {
      faults: (device) => premises.faults(device),
      isWell: (device) => premises.faults(device).length === 0 && !isKnownIll(device),
      letHappen(step, forMs) {
        if (ended) return Promise.reject(over())
        story.add(step, now(), forMs)
        return new Promise((resolve, reject) => waiting.set(step, { resolve, reject }))
      },
    },
    happened(step) {
      waiting.get(step)?.resolve()
      waiting.delete(step)
    },
    end() {
      ended = true
      for (const { reject } of waiting.values()) reject(over())
      waiting.clear()
    },
  }
}
