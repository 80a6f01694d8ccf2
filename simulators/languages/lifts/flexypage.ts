/**
 * flexyPage Diagnose (Elevator2MQTT), a display with a CANopen-Lift connection: what its public description says of the
 * lift itself is its clock, so all that gets through is that it is there.
 */
import type { Language } from '../language.ts'
import { wholeSeconds } from './said.ts'

export const flexypage: Language = {
  id: 'flexypage',
  kinds: ['elevator'],
  topics: () => ['+/diagnose/#'],
  identity: ({ id }) => `flexypage:${id}/diagnose`,
  tells: ['online'],
  speaker: ({ id }) => ({
    say: ({ levelsBefore }, { atMs, due }) =>
      due || levelsBefore === null
        ? [
            {
              device: id,
              topic: `${id}/diagnose/current-timestamp`,
              payload: String(wholeSeconds(atMs)),
              once: false,
            },
          ]
        : [],
  }),
}
