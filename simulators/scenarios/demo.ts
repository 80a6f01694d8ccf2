/**
 * 滨江花园 (Riverside): 41 devices that behave, one leak in the first minute, then an emergency of another kind every
 * few minutes.
 */
import type { DeviceDescription } from '../devices/index.ts'
import type { Scenario } from './scenario.ts'
import { MINUTE_MS } from '../../rules/model.ts'

type LeakPlace = [id: string, location: string, building: string, celsius: number, humidity: number]

const LEAK_PLACES: readonly LeakPlace[] = [
  ['leak-b2-01', 'B2 水泵房', '地下室', 19, 68],
  ['leak-b2-02', 'B2 消防水池', '地下室', 18, 72],
  ['leak-b2-03', 'B2 集水井 1', '地下室', 18, 74],
  ['leak-b2-04', 'B2 集水井 2', '地下室', 18, 74],
  ['leak-b2-05', 'B2 制冷机房', '地下室', 22, 58],
  ['leak-b2-06', 'B2 热交换站', '地下室', 27, 60],
  ['leak-b1-01', 'B1 配电房', '地下室', 24, 50],
  ['leak-b1-02', 'B1 发电机房', '地下室', 23, 52],
  ['leak-b1-03', 'B1 消防控制室', '地下室', 23, 50],
  ['leak-b1-04', 'B1 车库东区', '地下室', 19, 62],
  ['leak-b1-05', 'B1 车库西区', '地下室', 19, 62],
  ['leak-b1-06', 'B1 垃圾房', '地下室', 21, 66],
  ['leak-01-01', '1号楼 1层 管道井', '1号楼', 22, 57],
  ['leak-01-02', '1号楼 9层 管道井', '1号楼', 23, 55],
  ['leak-01-03', '1号楼 屋顶水箱间', '1号楼', 20, 60],
  ['leak-01-04', '1号楼 电梯底坑', '1号楼', 19, 66],
  ['leak-02-01', '2号楼 1层 管道井', '2号楼', 22, 57],
  ['leak-02-02', '2号楼 12层 管道井', '2号楼', 23, 55],
  ['leak-02-03', '2号楼 屋顶水箱间', '2号楼', 20, 60],
  ['leak-02-04', '2号楼 电梯底坑', '2号楼', 19, 66],
  ['leak-03-01', '3号楼 1层 管道井', '3号楼', 22, 57],
  ['leak-03-02', '3号楼 15层 管道井', '3号楼', 23, 55],
  ['leak-03-03', '3号楼 屋顶水箱间', '3号楼', 20, 60],
  ['leak-03-04', '会所 更衣室', '会所', 26, 64],
]

type LiftPlace = [id: string, name: string, building: string, highestFloor: number, ratedMps: number]

const LIFT_PLACES: readonly LiftPlace[] = [
  ['lift-1a', '1号客梯', '1号楼', 18, 1.75],
  ['lift-1b', '2号客梯', '1号楼', 18, 1.75],
  ['lift-1f', '消防电梯', '1号楼', 18, 2],
  ['lift-2a', '1号客梯', '2号楼', 24, 2],
  ['lift-2b', '2号客梯', '2号楼', 24, 2],
  ['lift-3a', '1号客梯', '3号楼', 30, 2.5],
  ['lift-3b', '2号客梯', '3号楼', 30, 2.5],
  ['lift-3f', '消防电梯', '3号楼', 30, 2.5],
]

type MeterPlace = [
  id: string,
  name: string,
  location: string,
  building: string,
  ratedAmperes: number,
  load: 'homes' | 'pumps' | 'lighting',
]

const METER_PLACES: readonly MeterPlace[] = [
  ['meter-main-1', '1号变压器总表', 'B1 配电房', '地下室', 630, 'homes'],
  ['meter-main-2', '2号变压器总表', 'B1 配电房', '地下室', 630, 'homes'],
  ['meter-pump', '水泵房电表', 'B2 水泵房', '地下室', 100, 'pumps'],
  ['meter-garage', '车库照明电表', 'B1 车库', '地下室', 63, 'lighting'],
  ['meter-01', '1号楼公区电表', '1号楼 强电井', '1号楼', 160, 'homes'],
  ['meter-02', '2号楼公区电表', '2号楼 强电井', '2号楼', 160, 'homes'],
  ['meter-03', '3号楼公区电表', '3号楼 强电井', '3号楼', 200, 'homes'],
  ['meter-club', '会所电表', '会所 配电间', '会所', 80, 'lighting'],
]

/** What shares a valve's zone has its water shut off. */
const PUMP_ROOM = 'b2-pump-room'
const ZONES: Readonly<Record<string, string>> = { 'leak-b2-01': PUMP_ROOM }

const leaks = LEAK_PLACES.map(([id, location, building, roomCelsius, roomHumidity]): DeviceDescription => ({
  id,
  kind: 'water_leak',
  name: `${location} 漏水传感器`,
  location,
  building,
  ...(ZONES[id] === undefined ? {} : { zone: ZONES[id] }),
  spec: { roomCelsius, roomHumidity },
}))

const lifts = LIFT_PLACES.map(([id, name, building, highestFloor, ratedMps]): DeviceDescription => ({
  id,
  kind: 'elevator',
  name: `${building} ${name}`,
  location: `${building} ${name}`,
  building,
  spec: { lowestFloor: -2, highestFloor, ratedMps },
}))

const meters = METER_PLACES.map(([id, name, location, building, ratedAmperes, load]): DeviceDescription => ({
  id,
  kind: 'power_meter',
  name,
  location,
  building,
  spec: { ratedAmperes, load },
}))

const valves: readonly DeviceDescription[] = [
  {
    id: 'valve-b2',
    kind: 'valve',
    name: 'B2 水泵房给水阀',
    location: 'B2 水泵房',
    building: '地下室',
    zone: PUMP_ROOM,
    spec: { travelMs: 8_000 },
  },
]

const ids = (devices: readonly DeviceDescription[]) => devices.map(({ id }) => id)

export const demo: Scenario = {
  name: 'demo',
  title: { zh: '滨江花园', en: 'Riverside' },
  site: { id: 'riverside', name: '滨江花园', timezone: 'Asia/Shanghai' },
  utcOffsetMs: 8 * 60 * MINUTE_MS,
  devices: [...leaks, ...lifts, ...meters, ...valves],
  opening: [{ afterMs: 20_000, device: 'leak-b2-01', fault: 'leak' }],
  rounds: [
    {
      // What calls a crew.
      everyMs: [2 * MINUTE_MS, 4 * MINUTE_MS],
      turns: [
        { fault: 'entrapment', devices: ids(lifts) },
        { fault: 'phase_lost', devices: ids(meters) },
        { fault: 'leak', devices: ids(leaks) },
        { fault: 'overspeed', devices: ids(lifts), chance: 0.5 },
        { fault: 'supply_lost', devices: ids(meters) },
        { fault: 'mislevelling', devices: ids(lifts) },
        { fault: 'leak', devices: ids(leaks) },
        { fault: 'short_circuit', devices: ids(meters) },
      ],
    },
    {
      // What an engineer sees to on his round.
      everyMs: [5 * MINUTE_MS, 9 * MINUTE_MS],
      turns: [
        { fault: 'residual_current', devices: ids(meters) },
        { fault: 'door_fault', devices: ids(lifts) },
        { fault: 'over_voltage', devices: ids(meters) },
        { fault: 'battery_low', devices: ids(leaks) },
        { fault: 'over_temperature', devices: ids(meters) },
        { fault: 'emergency_stop', devices: ids(lifts) },
        { fault: 'over_current', devices: ids(meters) },
        { fault: 'power_loss', devices: ids(lifts) },
        { fault: 'under_voltage', devices: ids(meters) },
        { fault: 'unbalance', devices: ids(meters) },
        { fault: 'sag', devices: ids(meters) },
        { fault: 'swell', devices: ids(meters) },
      ],
    },
  ],
  passesAfterMs: 40 * MINUTE_MS,
  crew: [
    { name: '张伟', categories: ['water_leak'] },
    { name: '李强', categories: ['water_leak'] },
    { name: '王磊', categories: ['elevator'] },
    { name: '刘洋', categories: ['elevator'] },
    { name: '陈刚', categories: ['power'] },
    { name: '赵敏', categories: ['power'] },
    { name: '孙涛', categories: [] },
  ],
  signers: ['周主任', '吴女士', '郑先生', '黄经理', '何女士'],
}
