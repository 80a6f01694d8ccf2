import type { TicketAction } from '../../../../rules/model.ts'
import type { NewSignature } from '../api/jobs.ts'
import type { TicketActionBody, TicketView } from '../api/types.ts'
import { useTexts } from '../i18n/index.ts'
import { useLive } from '../live/store.ts'
import { formatTime } from '../zoneTime.ts'
import { usePhone } from './phone.ts'
import { useQueue } from './queue/queue.ts'
import type { Deed, Expected } from './queue/entry.ts'
import { usePhoneTexts } from './texts/index.ts'

const NOTE_MAX = 4_000

/** What he does goes through the queue, whether there is a network or not. Each throws where the device has no room. */
export function useDoing() {
  const queue = useQueue()
  const live = useLive()
  const { clock } = usePhone()
  const { tag } = useTexts()
  const p = usePhoneTexts()

  const isOffline = () =>
    !navigator.onLine ||
    live.connection.value !== 'live' ||
    queue.entries.value.some(({ unanswered }) => unanswered > 0)

  /** The service counts a step when it hears of it; when it was done it is told in words, as it has no field for it. */
  function noteOf(ticket: TicketView, note: string): string {
    const nowMs = clock.read()
    if (!isOffline() || nowMs === 0) return note
    const time = formatTime(nowMs, live.timezoneOf(ticket.site), tag.value)
    const when = p(clock.isEstimated.value ? 'doing.without_network_about' : 'doing.without_network', { time })
    return note === '' ? when : `${note.slice(0, NOTE_MAX - when.length - 2)} (${when})`
  }

  function stepOf(
    ticket: TicketView,
    action: TicketAction,
    body: TicketActionBody,
    expected: Expected | null = null,
  ): Deed {
    const note = noteOf(ticket, body.note?.trim() ?? '')
    return { kind: 'step', action, body: { ...body, ...(note !== '' && { note }) }, expected }
  }

  return {
    step: (ticket: TicketView, action: TicketAction, body: TicketActionBody = {}, expected: Expected | null = null) =>
      queue.add(ticket, stepOf(ticket, action, body, expected)),
    /** The signatures, then what they are for. */
    sign: (ticket: TicketView, signatures: readonly NewSignature[], body: TicketActionBody) =>
      queue.add(
        ticket,
        ...signatures.map((signature): Deed => ({ kind: 'signature', signature })),
        stepOf(ticket, 'sign-off', body),
      ),
    deed: (ticket: TicketView, deed: Deed) => queue.add(ticket, deed),
  }
}
