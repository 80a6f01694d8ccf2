import type { SeededRandom } from '../../random.ts'
import type { Address, Language, Occasion, Packet, Speaker, Statement } from '../language.ts'
import type { Layout, Reason } from './layout.ts'
import { LAYOUTS } from './layouts/index.ts'
import { type Network, NETWORKS } from './networks.ts'
import { euiOf, hexOf, nodeOf, radioOf, type Uplink, uuidOf } from './radio.ts'

/** Each model behind each network server, such as `tts-lwl03a`. */
export const lorawan: readonly Language[] = NETWORKS.flatMap((network) =>
  LAYOUTS.map((layout): Language => ({
    id: `${network.id}-${layout.id}`,
    kinds: [layout.kind],
    topics: network.topics,
    identity: (address) => `lorawan:${euiOf(address, layout)}`,
    // How it is heard is the network's to tell, whatever the model.
    tells: layout.kind === 'water_leak' ? [...layout.tells, 'rssi'] : layout.tells,
    speaker: (address, random) => speakerOf(network, layout, address, random),
  })),
)

/** Reception of a device that does not know how it is heard, in dBm. */
const RSSI_DBM = [-104, -72] as const

function speakerOf(network: Network, layout: Layout, address: Address, random: SeededRandom): Speaker {
  const node = nodeOf(address, layout)
  const usualRssi = random.integer(...RSSI_DBM)
  let session: Pick<Uplink, 'devAddr' | 'sessionKeyId'> | null = null
  let fCnt = 0
  /** Levels as the device last sent them: what it could not send it sends later. */
  let said: Statement['levels'] = {}

  const packetsOf = (why: Reason, changed: string[], statement: Statement, atMs: number): Packet[] => {
    const { levels } = statement
    const values = statement.values()
    const frames = layout.frames({ why, values, levels, changed, atMs, sent: why === 'join' ? 0 : fCnt })
    if (frames.length === 0) return []
    if (why !== 'report') said = { ...levels }
    const joins = session === null
    if (joins) fCnt = 0
    session ??= { devAddr: hexOf(random, 8), sessionKeyId: Buffer.from(hexOf(random, 16)).toString('base64') }
    const { devAddr, sessionKeyId } = session
    const uplinks = frames.map((frame): Uplink => {
      const heard = { id: uuidOf(random), uplinkId: random.integer(1, 0xffffffff), atMs }
      const radio = radioOf(values, usualRssi, random)
      return { ...frame, ...heard, radio, devAddr, sessionKeyId, fCnt: fCnt++ }
    })
    const joined = joins && network.join ? [network.join(node, { ...uplinks[0]!, id: uuidOf(random) })] : []
    const publications = [...joined, ...uplinks.map((uplink) => network.uplink(node, uplink))]
    return publications.map((publication) => ({ device: address.id, ...publication, once: false }))
  }

  return {
    say(statement: Statement, { atMs, due }: Occasion) {
      if (statement.levelsBefore === null) session = null
      const codes = Object.keys(statement.levels).filter((code) => layout.tells.includes(code))
      if (session === null) {
        // It joins with its first word.
        const speaks = statement.levelsBefore === null || due || statement.changed
        return speaks ? packetsOf('join', codes, statement, atMs) : []
      }
      const changed = codes.filter((code) => said[code] !== statement.levels[code])
      return [
        ...(changed.length > 0 ? packetsOf('event', changed, statement, atMs) : []),
        ...(due ? packetsOf('report', changed, statement, atMs) : []),
      ]
    },
  }
}
