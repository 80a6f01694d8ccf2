import type { Decoded, DecodedDevice } from '../../rules/model.ts'
import { scalarBody, scalarNumber } from './bodies.ts'
import { accepted, ignored, rejected } from './decoded.ts'
import { type Family, type Memory, type Publish, USUAL_SILENCE } from './family.ts'
import { contentOnce } from './once.ts'
import { epochTime } from './times.ts'

/**
 * flexyPage Elevator2MQTT (CANopen-Lift, CiA 417): `diagnose/…` is what the lift tells, `control/…` what it is
 * told. Of the documented topics only the clock says something of the device itself.
 */

const SAID = new Set(['current-timestamp', 'interface', 'node', 'nodes', 'lift', 'elevator', 'can'])

export const flexypage: Family = {
  id: 'flexypage',
  matches: ({ levels }) => {
    const at = levels[0] === 'diagnose' || levels[0] === 'control' ? 0 : 1
    if (levels[at] === 'diagnose') return SAID.has(levels[at + 1] ?? '')
    return levels[at] === 'control' && levels[at + 1] === 'current-timestamp'
  },
  decode,
  silence: USUAL_SILENCE,
}

function decode(publish: Publish, memory: Memory): Decoded {
  const at = publish.levels[0] === 'diagnose' || publish.levels[0] === 'control' ? 0 : 1
  const [side, channel = ''] = publish.levels.slice(at)
  const id = at === 0 ? 'diagnose' : `${publish.levels[0]}/diagnose`
  const device: DecodedDevice = { key: `flexypage:${id}`, kind: 'elevator' }
  if (side === 'control') return ignored('a command to the lift', device)
  if (channel !== 'current-timestamp') return ignored(`diagnosis: ${channel}`, device)
  const body = scalarBody(publish, device)
  if (body.refusal) return body.refusal
  const decoded = accepted(device.key, 'elevator')
  decoded.time = epochTime(scalarNumber(body.value))
  if (decoded.time.basis !== 'none') decoded.health.online = true
  else if (typeof scalarNumber(body.value) === 'number' || /^(unavailable|unknown|)$/i.test(body.value)) {
    decoded.warnings.push('value_unavailable:current-timestamp')
  } else return rejected('invalid_value', `${body.value.slice(0, 40)} is no time in seconds since 1970`, device)
  return contentOnce(decoded, publish, memory, `flexypage:last:${id}`)
}
