import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Credentials } from '../../simulators/bench/packets.ts'
import { NumberedDevice } from '../support/numbered-device.ts'
import { hasPrograms } from '../support/programs.ts'
import { startService, temporaryFolder } from '../support/process.ts'
import { readTrace, type SystemCall } from './trace.ts'

const MESSAGES = 20
const CALLS = 'read,recvfrom,recvmsg,write,writev,sendto,sendmsg,fsync,fdatasync'

/** With `-D` the service keeps the process id that was started, so that it is stopped as without a tracer. */
const tracer = (file: string) => ['strace', '-D', '-f', '-yy', '-ttt', '-s', '512', '-e', `trace=${CALLS}`, '-o', file]

describe.skipIf(!hasPrograms('strace'))('the system calls of the service', () => {
  it(
    'show an fsync of the write-ahead log between every QoS 1 message and its PUBACK',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder()
      const file = join(folder.path, 'trace')
      const service = await startService(join(folder.path, 'data'), { prefix: tracer(file) })
      const { mqtt } = await service.api<{ mqtt: Credentials }>('POST', '/devices', {
        id: 'leak-1',
        site: 'default',
        kind: 'water_leak',
      })
      // One at a time, so that no other message's fsync can stand for its own.
      const device = new NumberedDevice(mqtt, 1)
      await device.connect(service.mqtt)
      for (let seq = 1; seq <= MESSAGES; seq += 1) {
        device.publish({ channel: 'event', payload: JSON.stringify({ seq, event: 'water.leak', active: true }) })
        await device.settled()
      }
      device.close()
      expect((await service.stop()).code).toBe(0)
      const calls = readTrace(readFileSync(file, 'utf8'))
      folder.remove()

      const onDevice = ({ target }: SystemCall) => new RegExp(`^TCP:\\[[^\\]]*:${service.mqtt.port}->`).test(target)
      const arrivals = calls.filter(
        (call) => /^(read|recv)/.test(call.name) && onDevice(call) && call.bytes.includes('"seq":'),
      )
      const acknowledgements = calls.filter(
        (call) => /^(write|send)/.test(call.name) && onDevice(call) && call.bytes[0] === 0x40 && call.bytes[1] === 2,
      )
      const syncs = calls.filter(({ name, target }) => /^f(data)?sync$/.test(name) && target.endsWith('shifen.db-wal'))
      expect([arrivals.length, acknowledgements.length]).toEqual([MESSAGES, MESSAGES])

      for (const [index, arrival] of arrivals.entries()) {
        const seq = index + 1
        expect(arrival.bytes.toString()).toContain(`"seq":${seq},`)
        const acknowledgement = acknowledgements[index]!
        expect(acknowledgement.bytes).toEqual(Buffer.from([0x40, 2, 0, seq]))
        const between = syncs.filter(
          ({ beganAt, endedAt }) => beganAt > arrival.endedAt && endedAt < acknowledgement.beganAt,
        )
        // The first ones may have more: a ticket's notice is sent beside them.
        expect([seq, new Set(between.map(({ result }) => result))]).toEqual([seq, new Set([0])])
      }
    },
  )
})
