import { watch } from 'vue'
import type { AlarmView, TicketView } from '../api/types.ts'
import { useTexts } from '../i18n/index.ts'
import type { LiveStore } from '../live/store.ts'
import { needsAcknowledging } from '../live/urgency.ts'
import type { Desk } from './desk.ts'
import type { Notices } from './notices.ts'
import { useConsoleTexts } from './texts/index.ts'

/** What came while something was said waits so long, and is then said in one sentence. */
const PAUSE_MS = 3_000

/** Speaks of alarms and tickets that come and of tickets that run late, for as long as the calling scope lives. */
export function announceChanges(live: LiveStore, desk: Desk, notices: Notices): void {
  const { t, titleOf } = useTexts()
  const say = useConsoleTexts()
  let saidAtMs = -PAUSE_MS
  let waiting: AlarmView[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  function sayAlarms(): void {
    timer = undefined
    const [first, ...others] = waiting
    waiting = []
    if (!first) return
    saidAtMs = performance.now()
    const text =
      others.length > 0
        ? say('frame.newAlarms', { count: others.length + 1 })
        : say('frame.newAlarm', {
            priority: t(`priority.${first.priority}`),
            title: titleOf(first),
            location: first.location,
          })
    const critical = [first, ...others].some(({ priority }) => priority === 'critical')
    notices.announce(text, critical ? 'assertive' : 'polite')
  }

  function told(ticket: TicketView) {
    return { title: titleOf(ticket), location: ticket.location }
  }

  watchNew(
    () => desk.alarms.value.filter(needsAcknowledging),
    (fresh) => {
      waiting.push(...fresh)
      timer ??= setTimeout(sayAlarms, Math.max(0, saidAtMs + PAUSE_MS - performance.now()))
    },
  )
  watchNew(
    () => desk.tickets.value.filter(({ origin }) => origin !== 'alarm'),
    ([first]) => notices.announce(say('frame.newTicket', told(first!)), 'polite'),
  )
  watchNew(
    () => desk.tickets.value.filter(({ id }) => desk.overdue.value.has(id)),
    ([first]) => notices.announce(say('frame.nowOverdue', told(first!)), 'assertive'),
  )

  function watchNew<T extends { id: string }>(all: () => readonly T[], take: (fresh: readonly T[]) => void): void {
    let known: ReadonlySet<string> | null = null
    watch(
      all,
      (now) => {
        const before = known
        const fresh = before === null ? [] : now.filter(({ id }) => !before.has(id))
        if (live.loaded.value) known = new Set(now.map(({ id }) => id))
        if (fresh.length > 0) take(fresh)
      },
      { immediate: true },
    )
  }
}
