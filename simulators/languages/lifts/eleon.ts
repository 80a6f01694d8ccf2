/**
 * Eleon S1, a German box beside the controller: a topic for each value, `{timestamp, value}` in epoch seconds. Its
 * floor counts from the ground floor as 0, so it is not the number on the panel.
 */
import type { Address, Language, Packet } from '../language.ts'
import { hasNews, turned } from '../news.ts'
import { digitsOf, floorOf, isOn, wholeSeconds } from './said.ts'

const LINK = 'device.controller_link'

const boxOf = (address: Address) => `ELEON-S1-${digitsOf(address, 6)}`

export const eleon: Language = {
  id: 'eleon',
  kinds: ['elevator'],
  topics: () => ['/+/meta', '/+/connected-to-controller', '/+/elevator/#'],
  identity: (address) => `eleon:${boxOf(address)}`,
  tells: [LINK],
  speaker(address) {
    const packet = (path: string, content: object, retain = false): Packet => ({
      device: address.id,
      topic: `/${boxOf(address)}/${path}`,
      payload: JSON.stringify(content),
      once: false,
      ...(retain && { retain }),
    })
    const meta = { manufacturerName: 'Schindler', controllerName: 'MCS LCB_II', driver: 'lcb2', doorType: 'Automatic' }
    return {
      say(statement, occasion) {
        if (!hasNews(statement, occasion)) return []
        const timestamp = wholeSeconds(occasion.atMs)
        const whole = statement.levelsBefore === null
        const linked = !isOn(statement, LINK)
        const floor = floorOf(statement.values())
        const relative = floor > 0 ? floor - 1 : floor
        return [
          ...(whole ? [packet('meta', meta, true)] : []),
          ...(occasion.due || turned(statement).some(([code]) => code === LINK)
            ? [packet('connected-to-controller', { timestamp, value: linked })]
            : []),
          ...(linked ? [packet('elevator/information/current-floor/relative', { timestamp, value: relative })] : []),
        ]
      },
    }
  },
}
