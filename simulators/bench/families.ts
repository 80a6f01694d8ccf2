/** One message a JSON family, as its devices send them: what decoding is measured on. */
export interface FamilyMessage {
  family: string
  topic: string
  payload: unknown
}

const EUI = '24e124136b500001'
const LORA = 'application/8f2c/device/24e124136b500001/event/up'
const RADIO = [{ gatewayId: '0016c001f153a14c', uplinkId: 71, rssi: -97, snr: 7.2 }]
const TIME = '2026-03-02T08:00:00.123456+00:00'
const LIFT = { register_code: '31104403002016050011', time: '2026-03-02 18:20:30' }

const phase = (name: string, volts: number, amperes: number) => ({
  [`${name}_voltage`]: volts,
  [`${name}_current`]: amperes,
  [`${name}_act_power`]: Math.round(volts * amperes),
  [`${name}_aprt_power`]: Math.round(volts * amperes * 1.02),
  [`${name}_pf`]: 0.98,
  [`${name}_freq`]: 50,
})

export const familyMessages: readonly FamilyMessage[] = [
  {
    family: 'native',
    topic: 'shifen/default/meter-1/telemetry',
    payload: { ts: 1_772_453_720_000, values: { 'voltage.l1': 229.8, 'current.l1': 3.1, 'power.active': 712 } },
  },
  {
    family: 'zigbee2mqtt',
    topic: 'zigbee2mqtt/Pump room B2',
    payload: { battery: 92, battery_low: false, linkquality: 109, tamper: false, voltage: 2955, water_leak: false },
  },
  {
    family: 'zigbee2mqtt (meter)',
    topic: 'zigbee2mqtt/Main meter',
    payload: {
      ...{ ac_frequency: 50, linkquality: 171, power: 2161, energy: 274.64 },
      ...{ voltage_a: 221.8, voltage_b: 226.6, voltage_c: 227.4, current_a: 1.1, current_b: 6.6, current_c: 1.7 },
      ...{ power_a: 240, power_b: 1502, power_c: 381, power_factor_a: 98, power_factor_b: 100, power_factor_c: 94 },
    },
  },
  {
    family: 'Tasmota',
    topic: 'tele/pow1/SENSOR',
    payload: {
      Time: '2026-03-02T17:37:10',
      ENERGY: {
        ...{ TotalStartTime: '2026-01-14T18:39:40', Total: 6.294, Yesterday: 5.34, Today: 0.954, Period: 217 },
        ...{ Power: 2635, ApparentPower: 2650, ReactivePower: 282, Factor: 0.99, Voltage: 227, Current: 11.661 },
      },
    },
  },
  {
    family: 'Tasmota Zigbee',
    topic: 'tele/bridge/SENSOR',
    payload: { ZbReceived: { '0x898E': { Device: '0x898E', Water: 0, Endpoint: 1, LinkQuality: 157 } } },
  },
  {
    family: 'Shelly Gen2',
    topic: 'shellypro3em-0cb815fc0001/status/em:0',
    payload: {
      ...{ id: 0, ...phase('a', 231.2, 2.1), ...phase('b', 230.4, 1.9), ...phase('c', 229.9, 2.4) },
      ...{ n_current: null, total_current: 6.4, total_act_power: 1475, total_aprt_power: 1505 },
    },
  },
  {
    family: 'ChirpStack v4',
    topic: LORA,
    payload: {
      ...{ deduplicationId: '6c0f2a70-6d7b-4b54-8a1f-0b8c7e1a0001', time: TIME },
      deviceInfo: { deviceProfileName: 'Milesight EM300-ZLD', deviceName: 'B2 pump room', devEui: EUI },
      ...{ devAddr: '00189440', adr: true, dr: 5, fCnt: 128, fPort: 85, data: 'AXVcA2c0AQRoZQUAAA==', rxInfo: RADIO },
    },
  },
  {
    family: 'ChirpStack v3',
    topic: 'application/2/device/24e124136b500001/event/up',
    payload: {
      ...{ applicationID: '2', deviceName: 'EM300-ZLD', devEUI: EUI, adr: true, fCnt: 261, fPort: 85 },
      ...{ data: 'A2fqAARoTwUAAA==', rxInfo: [{ gatewayID: '0016c001f153a14c', rssi: -97, loRaSNR: 8.2 }] },
    },
  },
  {
    family: 'The Things Stack',
    topic: 'v3/building-a@tenant1/devices/lwl03a-b1/up',
    payload: {
      end_device_ids: { device_id: 'lwl03a-b1', dev_eui: 'A84041FFFF1803A0', dev_addr: '00BCB929' },
      received_at: TIME,
      uplink_message: {
        ...{ session_key_id: 'AXA50tHUGUucuzS/bCGMNw==', f_port: 2, f_cnt: 12, frm_payload: 'AAAACgAACmNc0vI=' },
        rx_metadata: [{ gateway_ids: { gateway_id: 'gtw1' }, rssi: -88, snr: 5.2, time: TIME }],
        received_at: TIME,
      },
    },
  },
  {
    family: 'rtl_433',
    topic: 'rtl_433/host/events',
    payload: {
      time: '2026-02-28 16:56:32',
      model: 'Govee-Water',
      id: 56_948,
      event: 'Water Leak',
      code: '218b04040750',
    },
  },
  {
    family: 'OpenMQTTGateway',
    topic: 'home/OpenMQTTGateway/BTtoMQTT/4C33A6603C79',
    payload: { hum: '52.6', tempc: '19.2', tempf: '66.56' },
  },
  {
    family: 'DSMR-reader',
    topic: 'dsmr/json',
    payload: {
      ...{ id: 1, timestamp: '2026-03-02T08:00:00Z', electricity_currently_delivered: '0.543' },
      ...{ electricity_delivered_1: '1234.567', electricity_returned_1: '12.300', phase_voltage_l1: '230.1' },
    },
  },
  {
    family: 'AMS reader',
    topic: 'amsleser/power',
    payload: {
      ...{ id: 'AA00', name: 'ams-1', up: 86_400, t: 1_772_453_720, vcc: 3.28, rssi: -61, temp: 21 },
      data: { P: 1543, Q: 0, PO: 0, QO: 12, I1: 3.1, I2: 2, I3: 1.4, U1: 231.2, U2: 230.1, U3: 230.8 },
    },
  },
  {
    family: 'Acrel',
    topic: '/gw/acrelHW/AWT100/data/12109132830001',
    payload: {
      ...{ type: 'data', time: '20260302101800', gwSN: '12109132830001', meterSN: '12109132830004', ct: 40, pt: 1 },
      ...{ ua: 221, ub: 220.9, uc: 220.9, ia: 1.25, ib: 0, ic: 2.5, p: 0.825, q: 0, pf: 0.98, wh: 8.98 },
    },
  },
  {
    family: 'EdgeLogger',
    topic: 'device/meter/up/EM-2025-001',
    payload: {
      msgType: 'up',
      batch: [
        {
          ...{ timestamp: '1772453720123', device_type: 'three_phase_meter', device_id: 'EM-2025-001' },
          metrics: {
            voltage: { unit: 'V', value: { phase_a: 220.5, phase_b: 219.8, phase_c: 221.2 } },
            current: { unit: 'A', value: { phase_a: 15.3, phase_b: 14.9, phase_c: 15.1 } },
            power: { active: { unit: 'kW', value: { total: 9.6 } } },
          },
        },
      ],
    },
  },
  {
    family: 'Alibaba property post',
    topic: 'yibaite/S3200278S00047-post',
    payload: {
      ...{ id: '000001-0000010', version: '1.0', method: 'thing.event.property.post' },
      params: { powerstate: 1, csq: 71, electric_read: 5.2, voltage_read: 220.3 },
    },
  },
  {
    family: 'JTC340',
    topic: '/device/JTC340/lift-1/thing/event/ErrorEvent/post/',
    payload: {
      Version: '1.0',
      Params: { Value: { ErrorType: 1004, ErrorTime: '2026-03-02 09:15:00' }, Time: 1_772_414_100 },
    },
  },
  {
    family: 'ES1000',
    topic: 'TerminalData/6001/real_ok',
    payload: {
      Alarm: { HasAlarm: '0', ErrorCode: [], PersonTrapped: '0', DownAlarm: '0', UpAlarm: '0', Speed: '0', Stuck: '0' },
      Parameters: { Id: '6001', Time: '2026-03-02 10:11:12', Version: 'ES1000_V2.0' },
      State: {
        Floor: '1',
        Status: '0',
        Door: '0',
        People: '0',
        Speed: '0.00',
        Hum: '45.0',
        Temp: '25.0',
        Maintain: '0',
      },
    },
  },
  {
    family: 'elevatorcloud',
    topic: 'elevatorcloud/dev01/info',
    payload: {
      type: 'info',
      data: { direction: 2, inposition: 0, floor: 4, door: 0, haspeople: 1, reparing: 0, inmaintenance: 0, fault: [] },
    },
  },
  {
    family: 'GB/T 24476',
    topic: 'gbt24476/31104403002016050011/status',
    payload: { ...LIFT, service_mode: 1, car_status: 0, door_zone: 1, door_status: 1, power_status: 1, floor: '1' },
  },
  {
    family: 'BACnet lift',
    topic: 'bacnet/389001/lift,2001',
    payload: {
      objectIdentifier: 'lift,2001',
      carPosition: 5,
      carMode: 'normal',
      passengerAlarm: false,
      faultSignals: [],
    },
  },
  {
    family: 'Eleon',
    topic: '/ELEON-S1-0001/elevator/information/current-floor/absolute',
    payload: { timestamp: 1_772_394_999, value: 3 },
  },
]
