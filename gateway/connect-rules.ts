import { topicFault } from './topics.ts'

/** The fields of a CONNECT that are looked at. */
export interface ConnectPacket {
  protocolVersion: number
  clientId: string
  clean?: boolean
  username?: string
  password?: Uint8Array
  will?: { topic: string; qos: number; payload: Uint8Array | string }
}

const CLIENT_ID_MAX_LENGTH = 200
const RETURN_IDENTIFIER_REJECTED = 2
const RETURN_BAD_LOGIN = 4
const RETURN_NOT_AUTHORIZED = 5

/** The return code that a CONNECT is refused with, or `null`: what MQTT 3.1.1 forbids and aedes lets pass. */
export function connectFault(packet: ConnectPacket): number | null {
  if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(packet.clientId)) return RETURN_IDENTIFIER_REJECTED
  if (packet.clientId.length > CLIENT_ID_MAX_LENGTH) return RETURN_IDENTIFIER_REJECTED
  if (packet.clientId === '' && packet.clean === false) return RETURN_IDENTIFIER_REJECTED
  if (packet.username === undefined || packet.password === undefined) return RETURN_BAD_LOGIN
  if (packet.will && (packet.will.qos > 2 || topicFault(packet.will.topic) !== null)) return RETURN_NOT_AUTHORIZED
  return null
}
