/** How each network server wraps what it hears. Zero, empty and false are left out where it is made of Protobuf. */
import type { Packet } from '../language.ts'
import { applicationOf, gatewayOf, type Node, type Uplink } from './radio.ts'

/** What a server publishes, before it is known whose it is. */
export type Publication = Pick<Packet, 'topic' | 'payload'>

export interface Network {
  /** Languages are named by it, such as `tts`. */
  id: string
  topics: (gateway: string) => readonly string[]
  uplink: (node: Node, uplink: Uplink) => Publication
  /** What it tells of a join; not every server does. */
  join?: (node: Node, uplink: Uplink) => Publication
}

const base64 = (bytes: readonly number[]) => Buffer.from(bytes).toString('base64')
const hex = (bytes: readonly number[]) => Buffer.from(bytes).toString('hex')
const iso = (atMs: number) => new Date(atMs).toISOString()
const publication = (topic: string, body: unknown): Publication => ({ topic, payload: JSON.stringify(body) })

/** Protobuf's JSON has no field with its default. */
function sparse(fields: Record<string, unknown>): Record<string, unknown> {
  const told = Object.entries(fields).filter(([, value]) => value !== 0 && value !== '' && value !== false)
  return Object.fromEntries(told)
}

const spreading = (dataRate: number) => 12 - dataRate

const chirpstack: Network = {
  id: 'chirpstack',
  topics: (gateway) => [`application/${applicationOf(gateway).id}/#`],
  uplink: (node, uplink) => {
    const { radio } = uplink
    const received = sparse({
      gatewayId: node.heardBy,
      uplinkId: uplink.uplinkId,
      rssi: radio.rssi,
      snr: radio.snr,
      context: base64([uplink.uplinkId >>> 16, uplink.uplinkId]),
    })
    return publication(`${chirpstackTopic(node)}/up`, {
      ...chirpstackEvent(node, uplink),
      devAddr: uplink.devAddr,
      ...sparse({
        adr: true,
        dr: radio.dataRate,
        fCnt: uplink.fCnt,
        fPort: uplink.fPort,
        data: base64(uplink.bytes),
      }),
      rxInfo: [{ ...received, metadata: { region_name: 'cn470_10', region_common_name: 'CN470' } }],
      txInfo: {
        frequency: radio.hertz,
        modulation: {
          lora: { bandwidth: 125_000, spreadingFactor: spreading(radio.dataRate), codeRate: 'CR_4_5' },
        },
      },
    })
  },
  join: (node, uplink) =>
    publication(`${chirpstackTopic(node)}/join`, { ...chirpstackEvent(node, uplink), devAddr: uplink.devAddr }),
}

const chirpstackTopic = ({ application, eui }: Node) => `application/${application.id}/device/${eui}/event`

const chirpstackEvent = (node: Node, { id, atMs }: Uplink) => ({
  deduplicationId: id,
  // It writes nanoseconds, and the zone as an offset.
  time: iso(atMs).replace('Z', '000000+00:00'),
  deviceInfo: {
    tenantId: node.tenantId,
    tenantName: 'ChirpStack',
    applicationId: node.application.id,
    applicationName: gatewayOf(node.address),
    deviceProfileId: node.profileId,
    deviceProfileName: `${node.layout.vendor} ${node.layout.model}`,
    deviceName: node.address.name,
    devEui: node.eui,
  },
})

const chirpstack3: Network = {
  id: 'chirpstack3',
  topics: (gateway) => [`application/${applicationOf(gateway).number}/#`],
  uplink: (node, uplink) =>
    publication(`${chirpstack3Topic(node)}/up`, {
      ...chirpstack3Event(node, uplink),
      adr: true,
      fCnt: uplink.fCnt,
      fPort: uplink.fPort,
      data: base64(uplink.bytes),
    }),
  join: (node, uplink) =>
    publication(`${chirpstack3Topic(node)}/join`, { ...chirpstack3Event(node, uplink), devAddr: uplink.devAddr }),
}

const chirpstack3Topic = ({ application, eui }: Node) => `application/${application.number}/device/${eui}/event`

const chirpstack3Event = (node: Node, { id, atMs, radio }: Uplink) => ({
  applicationID: String(node.application.number),
  applicationName: gatewayOf(node.address),
  deviceName: node.address.name,
  deviceProfileName: `${node.layout.vendor} ${node.layout.model}`,
  devEUI: node.eui,
  rxInfo: [
    {
      gatewayID: node.heardBy,
      uplinkID: id,
      name: gatewayOf(node.address),
      time: iso(atMs),
      rssi: radio.rssi,
      loRaSNR: radio.snr,
      location: { latitude: 0, longitude: 0, altitude: 0 },
    },
  ],
  txInfo: { frequency: radio.hertz, dr: radio.dataRate },
})

/** Its own topic is free text; here it is named after the gateway. */
const milesightTopic = (gateway: string) => `/milesight/${gateway}/uplink`

const milesight: Network = {
  id: 'milesight',
  topics: (gateway) => [milesightTopic(gateway)],
  uplink: (node, { atMs, radio, fCnt, fPort, bytes }) => {
    const topic = milesightTopic(gatewayOf(node.address))
    const time = iso(atMs).replace('Z', '000Z')
    const { rssi, snr: loRaSNR } = radio
    const at = { altitude: 0, latitude: 0, longitude: 0 }
    return publication(topic, {
      applicationID: String(node.application.number),
      applicationName: 'cloud',
      data: base64(bytes),
      devEUI: node.eui,
      // It has no profile to tell the model by, so people write it into the name.
      deviceName: `${node.layout.vendor} ${node.layout.model} ${node.address.name}`,
      fCnt,
      fPort,
      rxInfo: [{ ...at, loRaSNR, mac: node.heardBy, name: 'Local Gateway', rssi, time }],
      time,
      txInfo: {
        adr: true,
        codeRate: '4/5',
        dataRate: { bandwidth: 125, modulation: 'LORA', spreadFactor: spreading(radio.dataRate) },
        frequency: radio.hertz,
      },
      metadata: { mqtt_topic: topic },
    })
  },
}

/** Ids of The Things Stack: small letters, digits, single dashes. */
const thingsId = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const thingsApplication = (gateway: string) => `${thingsId(gateway)}@ttn`

const tts: Network = {
  id: 'tts',
  topics: (gateway) => [`v3/${thingsApplication(gateway)}/devices/#`],
  uplink: (node, uplink) => {
    const { radio } = uplink
    const time = iso(uplink.atMs)
    const gateway = { gateway_ids: { gateway_id: thingsId(gatewayOf(node.address)), eui: node.heardBy.toUpperCase() } }
    const heard = sparse({ timestamp: uplink.uplinkId, rssi: radio.rssi, channel_rssi: radio.rssi, snr: radio.snr })
    return publication(`${thingsTopic(node)}/up`, {
      ...thingsMessage(node, uplink),
      received_at: time,
      uplink_message: {
        session_key_id: uplink.sessionKeyId,
        ...sparse({ f_port: uplink.fPort, f_cnt: uplink.fCnt, frm_payload: base64(uplink.bytes) }),
        rx_metadata: [{ ...gateway, time, ...heard }],
        settings: {
          data_rate: { lora: { bandwidth: 125_000, spreading_factor: spreading(radio.dataRate) } },
          coding_rate: '4/5',
          frequency: String(radio.hertz),
          timestamp: uplink.uplinkId,
          time,
        },
        received_at: time,
        version_ids: { brand_id: thingsId(node.layout.vendor), model_id: thingsId(node.layout.model) },
      },
    })
  },
  join: (node, uplink) =>
    publication(`${thingsTopic(node)}/join`, {
      ...thingsMessage(node, uplink),
      received_at: iso(uplink.atMs),
      join_accept: { session_key_id: uplink.sessionKeyId, received_at: iso(uplink.atMs) },
    }),
}

const thingsTopic = ({ address }: Node) => `v3/${thingsApplication(gatewayOf(address))}/devices/${thingsId(address.id)}`

const thingsMessage = ({ address, eui, joinEui }: Node, { devAddr, id }: Uplink) => ({
  end_device_ids: {
    device_id: thingsId(address.id),
    application_ids: { application_id: thingsId(gatewayOf(address)) },
    dev_eui: eui.toUpperCase(),
    join_eui: joinEui.toUpperCase(),
    dev_addr: devAddr.toUpperCase(),
  },
  correlation_ids: [`gs:uplink:${id}`],
})

/** ThingPark: numbers as text, bytes as hex; its topic is a connection's choice. */
const actility: Network = {
  id: 'actility',
  topics: () => ['mqtt/things/#'],
  uplink: (node, { atMs, radio, fCnt, fPort, bytes, devAddr }) => {
    const eui = node.eui.toUpperCase()
    const heard = { LrrRSSI: radio.rssi.toFixed(6), LrrSNR: radio.snr.toFixed(6) }
    const lrr = node.heardBy.slice(-8).toUpperCase()
    return publication(`mqtt/things/${eui}/uplink`, {
      DevEUI_uplink: {
        Time: iso(atMs).replace('Z', '+00:00'),
        DevEUI: eui,
        FPort: String(fPort),
        FCntUp: String(fCnt),
        ADRbit: '1',
        MType: '2',
        FCntDn: '0',
        payload_hex: hex(bytes),
        Lrrid: lrr,
        ...heard,
        SpFact: String(spreading(radio.dataRate)),
        Late: '0',
        DevLrrCnt: '1',
        Lrrs: { Lrr: [{ Lrrid: lrr, Chain: '0', ...heard }] },
        CustomerID: String(node.application.number),
        CustomerData: { alr: { pro: `${node.layout.vendor}/${node.layout.model}`, ver: '1' }, name: node.address.name },
        DriverCfg: {
          mod: { pId: thingsId(node.layout.vendor), mId: thingsId(node.layout.model), ver: '1' },
        },
        DevAddr: devAddr.toUpperCase(),
        Frequency: (radio.hertz / 1_000_000).toFixed(1),
      },
    })
  },
}

/** Every network server whose messages are known. */
export const NETWORKS: readonly Network[] = [chirpstack, chirpstack3, tts, milesight, actility]
