import { onUnmounted, ref, shallowRef } from 'vue'
import type { Ref } from 'vue'
import { listDevices, readHeat } from '../../api/devices.ts'
import type { HeatView } from '../../api/devices.ts'
import { useClient } from '../../api/provide.ts'
import type { DeviceView } from '../../api/types.ts'
import { useReading } from '../../live/reading.ts'
import type { Reading } from '../../live/reading.ts'
import { useLive } from '../../live/store.ts'

/** What a device says of itself is no event of the stream: the list is read again so often. */
const EVERY_MS = 60_000
const HEAT_HOURS = 24

export interface DevicesReading {
  devices: Reading<readonly DeviceView[]>
  /** So many have been read of a list that is on its way. */
  count: Readonly<Ref<number>>
  /** When the list was last read, by the service's time. */
  readAtMs: Readonly<Ref<number>>
  heat: Reading<HeatView>
}

/** All devices that one may see, page by page; a thousand are two requests. */
export function useDevices(): DevicesReading {
  const client = useClient()
  const live = useLive()
  const count = ref(0)
  const readAtMs = shallowRef(0)

  const devices = useReading(
    () => 'all',
    async (_key, signal) => {
      const all: DeviceView[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof listDevices>> = await listDevices(client, cursor, signal)
        all.push(...page.items)
        count.value = all.length
        cursor = page.next
      } while (cursor !== null)
      readAtMs.value = live.nowMs.value
      return all as readonly DeviceView[]
    },
  )
  const heat = useReading(
    () => 'all',
    (_key, signal) => readHeat(client, HEAT_HOURS, signal),
  )

  const timer = setInterval(() => {
    if (document.hidden || devices.pending.value) return
    void devices.again()
    void heat.again()
  }, EVERY_MS)
  onUnmounted(() => clearInterval(timer))

  return { devices, count, readAtMs, heat }
}
