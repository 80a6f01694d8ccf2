import { computed, onUnmounted, watch } from 'vue'
import type { ComputedRef } from 'vue'
import { listAlarmsOf } from '../../api/alarmDetails.ts'
import { useClient } from '../../api/provide.ts'
import { readTicket } from '../../api/tickets.ts'
import type { AlarmView, TicketDetailView } from '../../api/types.ts'
import { useReading } from '../../live/reading.ts'
import type { Reading } from '../../live/reading.ts'
import { isOpen } from '../../live/state.ts'
import { useLive } from '../../live/store.ts'

/** More alarms than these are told by the ticket's figures, not one by one. */
const ALARMS_MOST = 20
/** Changes come in bursts: what follows within this time is read with the first. */
const GATHER_MS = 300
/** A closed ticket is not live, but its visit afterwards may still come. */
const CLOSED_EVERY_MS = 60_000

export interface TicketReading {
  ticket: Reading<TicketDetailView>
  /** The ticket as the stream shows it now, with the details that were read last. */
  shown: ComputedRef<TicketDetailView | null>
  alarms: Reading<readonly AlarmView[]>
}

/** One ticket with all that belongs to it, which follows the live stream for as long as it is open. */
export function useTicket(id: () => string): TicketReading {
  const client = useClient()
  const live = useLive()
  const ticket = useReading(id, (asked, signal) => readTicket(client, asked, signal))
  const alarms = useReading(id, async (asked, signal) => {
    return (await listAlarmsOf(client, { ticket: asked }, ALARMS_MOST, signal)).items
  })

  const shown = computed(() => {
    const read = ticket.value.value
    const now = read && live.ticket(read.id)
    if (!read || !now || Date.parse(now.updatedAt) < Date.parse(read.updatedAt)) return read
    return { ...read, ...now }
  })

  let timer: ReturnType<typeof setTimeout> | undefined
  let wantsAlarms = false
  function readSoon(withAlarms: boolean): void {
    wantsAlarms ||= withAlarms
    timer ??= setTimeout(() => {
      timer = undefined
      void ticket.again()
      if (wantsAlarms) void alarms.again()
      wantsAlarms = false
    }, GATHER_MS)
  }

  watch(
    () => live.ticket(id()),
    (now, before) => {
      if (now !== before) readSoon(now?.alarms.length !== before?.alarms.length)
    },
  )
  const itsAlarms = computed(() => live.alarms.value.filter((alarm) => alarm.ticket === id()))
  watch(itsAlarms, (now, before) => {
    if (now.length !== before.length || now.some((alarm, index) => alarm !== before[index])) readSoon(true)
  })
  // What came of it, which a closed ticket's own changes do not tell.
  const reworks = computed(() => live.tickets.value.filter(({ reworkOf }) => reworkOf === id()).length)
  watch(reworks, () => readSoon(false))
  watch(live.connection, (now, before) => {
    if (now === 'live' && before !== 'live' && ticket.value.value) readSoon(true)
  })

  const visits = setInterval(() => {
    const read = ticket.value.value
    const isOwed = read?.clocks.some(({ state }) => state === 'running' || state === 'breached')
    if (read && !isOpen(read) && isOwed && !document.hidden) readSoon(false)
  }, CLOSED_EVERY_MS)
  onUnmounted(() => {
    clearTimeout(timer)
    clearInterval(visits)
  })

  return { ticket, shown, alarms }
}
