import { filterCovers, filterFault, type MqttLogin } from '../rules/model.ts'
import { deviceTopic, parseTopic } from './topics.ts'

/** What a login may do. */

/** Longest payloads, from the contract. */
export const DEVICE_PAYLOAD_MAX_BYTES = 256 * 1024
export const GATEWAY_PAYLOAD_MAX_BYTES = 8 * 1024 * 1024

export function payloadMaxBytes({ device }: MqttLogin): number {
  return device === null ? GATEWAY_PAYLOAD_MAX_BYTES : DEVICE_PAYLOAD_MAX_BYTES
}

/** Why a login may not publish to a topic, or `null`: a device below its own, a gateway to those that it was given. */
export function publishFault(login: MqttLogin, topic: string): string | null {
  if (login.device !== null) {
    const own = deviceTopic(login.site, login.device)
    return topic.startsWith(`${own}/`) ? null : `device ${login.device} may publish below ${own} only`
  }
  if (!login.topics.some((granted) => filterCovers(granted, topic))) {
    return `gateway ${login.clientId} may publish to ${login.topics.join(', ')} only`
  }
  return isOfOtherSite(login, topic) ? `gateway ${login.clientId} is of site ${login.site}` : null
}

/** A device subscribes to its own commands, a gateway to the topics that it was given. */
export function maySubscribe(login: MqttLogin, filter: string): boolean {
  if (login.device !== null) return filter === `${deviceTopic(login.site, login.device)}/command`
  return filterFault(filter) === null && login.topics.some((granted) => filterCovers(granted, filter))
}

/** Our own topics name their site: a wide filter of one site's gateway does not reach another's devices. */
export function isOfOtherSite(login: MqttLogin, topic: string): boolean {
  const native = parseTopic(topic)
  return native !== null && native.site !== login.site
}
