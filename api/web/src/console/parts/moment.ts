import { computed } from 'vue'
import { useTexts } from '../../i18n/index.ts'
import { durationInWords, formatDuration } from '../../live/duration.ts'
import { useLive } from '../../live/store.ts'
import { formatDate, formatDay, formatMoment, formatTime } from '../../zoneTime.ts'

/** Moments in the zone of a site, as people at its desk read them. */
export function useMoments(site: () => string) {
  const live = useLive()
  const { tag, units } = useTexts()
  const zone = computed(() => live.timezoneOf(site()))
  const day = (atMs: number) => formatDay(atMs, zone.value, tag.value)
  const time = (atMs: number) => formatTime(atMs, zone.value, tag.value)
  return {
    zone,
    day,
    time,
    /** To the minute, with its day. */
    date: (atMs: number) => formatDate(atMs, zone.value, tag.value),
    /** With its day where that is not the day of `sameDayMs`. */
    full: (atMs: number, sameDayMs: number | null = null) =>
      sameDayMs !== null && day(sameDayMs) === day(atMs) ? time(atMs) : formatMoment(atMs, zone.value, tag.value),
    lasting: (ms: number) => formatDuration(ms, units.value),
    inWords: (ms: number) => durationInWords(ms, tag.value),
  }
}
