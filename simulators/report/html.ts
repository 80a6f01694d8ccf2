import { html, raw } from 'hono/html'
import { spellSpan } from '../judge.ts'
import { createLocalTime } from '../local-time.ts'
import type { Played } from '../play.ts'
import { endOf } from './clocks.ts'
import { createAxis } from './html/axis.ts'
import { arrivalsChart, overTimeChart } from './html/charts.ts'
import { noticesTable } from './html/notices.ts'
import { REPORT_STYLE } from './html/style.ts'
import { contents, summary } from './html/summary.ts'
import { linesTable, verdictsList } from './html/tables.ts'
import { ticketCards } from './html/tickets.ts'
import { LANES_FROM_X, PICTURE_WIDTH, timelinePicture } from './html/timeline.ts'
import { both, pair, spanInChinese } from './html/words.ts'
import { counted, grouped, hasShownNothing } from './outcome.ts'

/** Of so many runs the page tells everything, of those that failed before the others. */
const RUNS_MAX = 12

/**
 * One page about several runs, complete in itself: it asks no host for anything and needs no script. Chinese and
 * English; everything in it that comes from elsewhere is escaped.
 */
export function htmlReport(runs: readonly Played[]): string {
  const failed = runs.filter(({ passed }) => !passed)
  const shown = new Set([...failed, ...runs.filter(({ passed }) => passed)].slice(0, RUNS_MAX))
  const names = [...new Set(runs.map(({ scenario }) => scenario.name))]
  const left = runs.length - shown.size
  const more = both(
    `其余 ${grouped(left)} 次运行只列在上表中。`,
    `The other ${grouped(left)} runs are in the table above only.`,
  )
  const page = html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="color-scheme" content="light dark" />
        <title>模拟报告 Simulation report: ${names.slice(0, 5).join(', ')}</title>
        <style>
          ${raw(REPORT_STYLE)}
        </style>
      </head>
      <body>
        ${summary(runs)} ${runs.length > 1 ? contents(runs, shown) : ''}
        ${left === 0 ? '' : html`<p class="note">${more}</p>`}
        ${runs.map((run, at) => (shown.has(run) ? runSection(run, at) : ''))}
      </body>
    </html>`
  return `${page as string}\n`
}

function runSection(played: Played, at: number) {
  const { scenario, seed, startMs, messages, lines, tickets, passed, verdicts } = played
  const time = createLocalTime(scenario.site.timezone)
  const moments = [startMs, endOf(played), ...lines.map(({ atMs }) => atMs), ...arrivalsDueMs(played)]
  const axis = createAxis(moments, [LANES_FROM_X, PICTURE_WIDTH - 50], time)
  const [told, devices] = [grouped(lines.length), scenario.devices.length]
  const metCount = verdicts.filter(({ met }) => met).length
  return html`<section class="run" id="run-${at + 1}">
    <h2>
      <b class="mark ${passed ? 'kept' : 'missed'}">${passed ? '✓' : '✗'}</b>
      ${both(scenario.title.zh, scenario.title.en)}
    </h2>
    <p>${both(scenario.about.zh, scenario.about.en)}</p>
    <p class="soft">
      ${scenario.name} · ${both('种子', 'seed')} ${seed} · ${time.spell(startMs)} ${scenario.site.timezone} ·
      ${both(spanInChinese(scenario.lastsMs), spellSpan(scenario.lastsMs))} ·
      ${both(`${grouped(devices)} 台设备`, counted(devices, 'device'))} ·
      ${both(`${grouped(messages)} 条消息`, counted(messages, 'message'))} ·
      ${both(`${grouped(tickets.length)} 张工单`, counted(tickets.length, 'ticket'))}
    </p>
    <h3>
      ${both(`期望：${metCount} / ${verdicts.length} 达到`, `Expectations: ${metCount} of ${verdicts.length} met`)}
      ${hasShownNothing(played) ? both('（未通过）', '(failed)') : ''}
    </h3>
    ${verdictsList(played)}
    <h3>${both('时间线', 'Timeline')}</h3>
    ${timelinePicture(played, axis)}
    <h3>${both('报警与未关闭的工单', 'Alarms and open tickets')}</h3>
    ${overTimeChart(played, axis)}
    <div class="two">
      <div>
        <h3>${both('到场用时', 'Time until on site')}</h3>
        ${arrivalsChart(played)}
      </div>
      <div>
        <h3>${both('通知', 'Notices')}</h3>
        ${noticesTable(played.facts)}
      </div>
    </div>
    <h3>${both('每张工单的时限', 'Each ticket’s clocks')}</h3>
    <p class="legend">${pair(html`<b>┃</b>`, '到期', 'due')} ${pair(html`<b>┊</b>`, '十分钟', 'ten minutes')}</p>
    ${ticketCards(played, time)}
    <details>
      <summary>${both(`发生的一切（${told} 行）`, `Everything that happened (${told} lines)`)}</summary>
      ${linesTable(played, time)}
    </details>
  </section>`
}

/** The ten minutes are seen even where nothing happens when they are over. */
function arrivalsDueMs(played: Played): number[] {
  const clocks = played.tickets.flatMap((ticket) => ticket.clocks)
  const dueMs = clocks.filter(({ milestone }) => milestone === 'arrive').map(({ dueAt }) => Date.parse(dueAt))
  return dueMs.filter((atMs) => atMs <= endOf(played))
}
