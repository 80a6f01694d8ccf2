import type { DashboardFigures } from './dashboard.ts'
import type { Target } from './report.ts'
import { count, ms, table } from './table.ts'

export const DASHBOARD_TARGETS = {
  loadMaxKB: { wallboard: 150, console: 350, phone: 150 } as Readonly<Record<string, number>>,
  ringP95MaxMs: 200,
  framesUnder50Min: 0.95,
  growthMaxMB: 20,
} as const

/** Below so many minutes nothing is said about growth. */
const GROWTH_MINUTES = 30

/** `null`: there was no browser. */
export function dashboardTargets(found: DashboardFigures | null): Target[] {
  const { loadMaxKB, ringP95MaxMs, framesUnder50Min, growthMaxMB } = DASHBOARD_TARGETS
  const frames = found && Math.min(...found.frames.map(({ shareUnder50Ms }) => shareUnder50Ms))
  const growth = found !== null && found.growth.minutes >= GROWTH_MINUTES ? found.growth.bytes / 1e6 : null
  return [
    ...Object.entries(loadMaxKB).map(([face, maxKB]) => {
      const bytes = found?.loads.find((load) => load.face === face)?.bytes ?? null
      return {
        name: `first load of the ${face}, compressed`,
        limit: `at most ${maxKB} KB`,
        measured: bytes === null ? null : `${(bytes / 1_000).toFixed(0)} KB`,
        reached: bytes === null ? null : bytes <= maxKB * 1_000,
      }
    }),
    {
      name: 'leak to its ring on the wallboard, p95',
      limit: `under ${ringP95MaxMs} ms`,
      measured: found && `${ms(found.ring.p95Ms)} ms`,
      reached: found && found.ring.p95Ms < ringP95MaxMs,
    },
    {
      name: 'frames under 50 ms with 200 open alarms and 50 changes a second',
      limit: `at least ${framesUnder50Min * 100} %`,
      measured: frames === null ? null : `${(frames * 100).toFixed(1)} %`,
      reached: frames === null ? null : frames >= framesUnder50Min,
    },
    {
      name: `growth of the wallboard in ${GROWTH_MINUTES} minutes of that, after collection`,
      limit: `under ${growthMaxMB} MB`,
      measured: growth === null ? null : `${growth.toFixed(1)} MB`,
      reached: growth === null ? null : growth < growthMaxMB,
    },
  ]
}

export function dashboardLines(found: DashboardFigures | null): string[] {
  if (found === null) return ['Not measured: it takes Chromium, and playwright-core of the development packages.']
  const { browser, loads, ring, frames, growth } = found
  const rows = frames.map(({ face, openAlarms, changesPerSecond, shareUnder50Ms, p95Ms }) => [
    face,
    ...[count(openAlarms), changesPerSecond.toFixed(1), `${(shareUnder50Ms * 100).toFixed(1)} %`, ms(p95Ms)],
  ])
  return [
    `Chromium ${browser}, 1920 by 1080, without a graphics processor, beside the service on the same machine.`,
    `First load as sent: ${loads.map(({ face, bytes }) => `${face} ${(bytes / 1_000).toFixed(0)} KB`).join(', ')}.`,
    `From a leak's arrival at the service to its ring: p50 ${ms(ring.p50Ms)} ms, p95 ${ms(ring.p95Ms)} ms, at most ` +
      `${ms(ring.maxMs)} ms (${count(ring.count)} leaks).`,
    ...table(['', 'open alarms', 'changes/s', 'frames under 50 ms', 'p95 ms'], rows, [0]),
    `The wallboard's heap after collection: ${(growth.bytes / 1e6).toFixed(1)} MB more after ` +
      `${growth.minutes} minutes at ${growth.changesPerSecond.toFixed(1)} changes a second.`,
  ]
}
