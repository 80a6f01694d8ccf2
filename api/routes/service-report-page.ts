import { html } from 'hono/html'
import { QUALITY_MEASURES } from '../../rules/model.ts'
import { EXCLUSIONS } from '../../rules/reports/service/listed.ts'
import { TIMED } from '../../rules/reports/service/response-times.ts'
import { attainmentChart, dayCalendar, duration, percent, timesChart, verdictClass } from './service-report-charts.ts'
import type { ServiceReportView } from './service-report-view.ts'

type View = ServiceReportView
type Measure = View['total']['measures']['on_time']
type Both = Measure['name']

const MILESTONE_NAMES: Record<keyof View['clocks']['milestones'], Both> = {
  respond: { zh: '响应', en: 'respond' },
  dispatch: { zh: '派单', en: 'dispatch' },
  accept: { zh: '接单', en: 'accept' },
  arrive: { zh: '到场', en: 'arrive' },
  first_handling: { zh: '初步处理', en: 'first handling' },
  complete: { zh: '完成', en: 'complete' },
  follow_up: { zh: '回访', en: 'follow-up' },
}
const GROUP_NAMES: Record<NonNullable<View['groupBy']>, Both> = {
  day: { zh: '按日', en: 'By day' },
  month: { zh: '按月', en: 'By month' },
  site: { zh: '按项目', en: 'By site' },
  commitment: { zh: '按服务承诺', en: 'By commitment' },
  category: { zh: '按类别', en: 'By category' },
  crew: { zh: '按班组', en: 'By crew' },
  person: { zh: '服务记录（按人员）', en: 'Service record of each person' },
}

const both = ({ zh, en }: Both) => html`${zh}${en === zh ? '' : html`<span lang="en">${en}</span>`}`
const heads = (...names: [zh: string, en: string][]) =>
  html`<tr>
    ${names.map(([zh, en]) => html`<th scope="col">${both({ zh, en })}</th>`)}
  </tr>`
const verdict = (ok: boolean | null) => (ok === null ? '—' : ok ? '✓ 达标 kept' : '✗ 未达标 missed')
const shareOf = ({ numerator, denominator, value }: { numerator: number; denominator: number; value: number | null }) =>
  html`${percent(value)} <small>${numerator}/${denominator}</small>`

/** A page to print, both languages; everything in it is escaped. No script, and its style comes from the service. */
export function serviceReportPage(report: View) {
  const { from, to, asOf, timezone, sites, opened, total, clocks, times, days } = report
  const at = (iso: string) =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(
      Date.parse(iso),
    )
  const names = sites.map(({ name }) => name).join('、')
  return html`<!doctype html>
    <html lang="zh">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>服务质量报告 ${at(from)} – ${at(to)}</title>
        <link rel="stylesheet" href="/service-report.css" />
      </head>
      <body>
        <header>
          <h1>服务质量报告<span lang="en">Service report</span></h1>
          <p>${sites.length > 5 ? `${sites.length} 个项目 sites` : names}</p>
          <p>${at(from)} – ${at(to)} <small>${timezone}</small></p>
          <p class="note">
            统计本期开出的工单，截至 ${at(asOf)}；以后再查，除之后才有结果的以外，数字不变。
            <span lang="en">
              Of the tickets opened in the period, as of ${at(asOf)}: asked later it says the same but for what has been
              decided since.
            </span>
          </p>
          <p class="sums">
            开出 opened <b>${opened}</b> ＝ 计入 counted <b>${total.tickets}</b> ＋ 排除 excluded
            <b>${report.excluded.count}</b>；计入的里面：已完成 completed <b>${total.completed}</b>（未签字 unsigned
            ${total.unsigned}），仍在处理 still open <b>${total.stillOpen}</b>（其中超时 late ${total.stillOpenLate}）
          </p>
        </header>
        ${QUALITY_MEASURES.map((measure) => measureSection(total.measures[measure]))}
        <section>
          <h2>各时限的及时率<span lang="en">On time by clock</span></h2>
          <p class="note">${both(clocks.definition)}</p>
          <table>
            <thead>
              ${heads(['时限', 'Clock'], ['及时率', 'On time'])}
            </thead>
            <tbody>
              <tr>
                <th scope="row">全部 all</th>
                <td>${shareOf(clocks.all)}</td>
              </tr>
              ${Object.entries(clocks.milestones).map(
                ([milestone, rate]) =>
                  html`<tr>
                    <th scope="row">${both(MILESTONE_NAMES[milestone as keyof typeof MILESTONE_NAMES])}</th>
                    <td>${shareOf(rate)}</td>
                  </tr>`,
              )}
              <tr>
                <th scope="row">维保单位 maintenance firm</th>
                <td>${shareOf(clocks.maintenanceFirm)}</td>
              </tr>
            </tbody>
          </table>
        </section>
        ${TIMED.map((milestone) => timesSection(times[milestone]))}
        ${
          days.length < 2
            ? ''
            : html`<section>
                <h2>日历<span lang="en">Days</span></h2>
                <p class="note">
                  每日开单数；有超时的写作 超时/开单。<span lang="en"
                    >Tickets opened; where some were late: late/opened.</span
                  >
                </p>
                <div class="months">${dayCalendar(days)}</div>
              </section>`
        }
        ${groupsSection(report)} ${lateSection(report, at)} ${excludedSection(report, at)}
        ${recurrencesSection(report, at)}
      </body>
    </html>`
}

function measureSection(measure: View['total']['measures']['on_time']) {
  const { name, definition, ok, targets } = measure
  return html`<section class="measure">
    <h2>${both(name)}</h2>
    <p class="figure ${verdictClass(ok)}">${shareOf(measure)} <b>${ok === null ? '' : verdict(ok)}</b></p>
    ${attainmentChart(measure)}
    <ul>
      ${targets.map(
        (target) =>
          html`<li>
            ${target.document ?? target.commitment} ${target.limit === 'at_least' ? '≥' : '≤'} ${target.percent} %：
            ${shareOf(target)} ${verdict(target.ok)} <small>“${target.quote}”</small>
          </li>`,
      )}
      ${targets.length === 0 ? html`<li>没有承诺此项指标 <span lang="en">Nothing was promised for it</span></li>` : ''}
    </ul>
    <p class="note">${both(definition)}</p>
  </section>`
}

function timesSection(timed: View['times']['arrive']) {
  const { name, definition, count, medianMs, p90Ms, p99Ms, maxMs, withinTenMinutes } = timed
  return html`<section>
    <h2>${both(name)}</h2>
    <p>
      ${count} 张；中位 median ${duration(medianMs)}，90 % ${duration(p90Ms)}，99 % ${duration(p99Ms)}，最长 longest
      ${duration(maxMs)}；10 分钟内 within ten minutes ${shareOf(withinTenMinutes)}
    </p>
    ${count === 0 ? '' : timesChart(timed)}
    <p class="note">${both(definition)}</p>
  </section>`
}

/** Its columns are the measures above, whose definitions stand there. */
function groupsSection({ groups, groupBy }: View) {
  if (groups === null || groupBy === null) return ''
  return html`<section>
    <h2>${both(GROUP_NAMES[groupBy])}</h2>
    <table>
      <thead>
        ${heads(
          ['', ''],
          ['工单', 'Tickets'],
          ['完成', 'Completed'],
          ['及时率', 'On time'],
          ['合格率', 'Pass'],
          ['返修率', 'Rework'],
          ['满意度', 'Satisfaction'],
          ['平均分', 'Mean grade'],
          ['10 分钟内到场', 'There in 10 min'],
        )}
      </thead>
      <tbody>
        ${groups.items.map(
          ({ name, tickets, completed, measures, meanGrade, withinTenMinutes }) =>
            html`<tr>
              <th scope="row">${both(name)}</th>
              <td>${tickets}</td>
              <td>${completed}</td>
              ${QUALITY_MEASURES.map((measure) => {
                const { ok } = measures[measure]
                return html`<td class="${verdictClass(ok)}">
                  ${shareOf(measures[measure])} ${ok === null ? '' : ok ? '✓' : '✗'}
                </td>`
              })}
              <td>${meanGrade === null ? '—' : meanGrade.toFixed(2)}</td>
              <td>${shareOf(withinTenMinutes)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${more(groups)}
  </section>`
}

function lateSection({ late }: View, at: (iso: string) => string) {
  return html`<section>
    <h2>超时与原因（${late.count}）<span lang="en">Late, and why</span></h2>
    <table>
      <thead>
        ${heads(['工单', 'Ticket'], ['时限', 'Clock'], ['到期', 'Due'], ['超时', 'Late by'], ['人员', 'Who'], ['原因', 'Why'])}
      </thead>
      <tbody>
        ${late.items.map(
          ({ number, milestone, dueAt, lateMs, who, crew, cause, explanations, holds }) =>
            html`<tr>
              <th scope="row">${number}</th>
              <td>${both(MILESTONE_NAMES[milestone])}</td>
              <td>${at(dueAt)}</td>
              <td>${lateMs === null ? '仍未达到 not yet' : duration(lateMs)}</td>
              <td>${[who, crew].filter((name) => name !== null).join(' · ') || '—'}</td>
              <td>
                ${
                  [
                    cause,
                    ...explanations.map(({ reason, plan }) => `${reason} → ${plan}`),
                    ...holds.map(({ note }) => note),
                  ]
                    .filter((text) => text !== '')
                    .join('；') || '未写明 not written'
                }
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${more(late)}
  </section>`
}

function excludedSection({ excluded }: View, at: (iso: string) => string) {
  return html`<section>
    <h2>未计入的工单（${excluded.count}）<span lang="en">Excluded tickets</span></h2>
    <ul>
      ${EXCLUSIONS.map((reason) => {
        const { count, why } = excluded.reasons[reason]
        return html`<li><b>${count}</b> ${both(why)}</li>`
      })}
    </ul>
    <table>
      <thead>
        ${heads(['工单', 'Ticket'], ['开单', 'Opened'], ['类别', 'Category'], ['原因', 'Why'], ['由', 'By'], ['超时', 'Late'])}
      </thead>
      <tbody>
        ${excluded.items.map(
          ({ number, openedAt, category, reason, note, by, late }) =>
            html`<tr>
              <th scope="row">${number}</th>
              <td>${at(openedAt)}</td>
              <td>${category}</td>
              <td>${reason}${note === '' ? '' : `：${note}`}</td>
              <td>${by ?? '—'}</td>
              <td>${late === 0 ? '' : late}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${more(excluded)}
  </section>`
}

function recurrencesSection({ recurrences }: View, at: (iso: string) => string) {
  return html`<section>
    <h2>重复发生（${recurrences.count}）<span lang="en">Recurrence</span></h2>
    <p class="note">${both(recurrences.definition)}</p>
    <table>
      <thead>
        ${heads(['项目', 'Site'], ['设备或位置', 'Device or place'], ['类别', 'Category'], ['次数', 'Times'], ['起止', 'When'])}
      </thead>
      <tbody>
        ${recurrences.items.map(
          ({ site, device, location, category, tickets, firstAt, lastAt }) =>
            html`<tr>
              <th scope="row">${site}</th>
              <td>${[device, location].filter((text) => text !== null && text !== '').join(' · ')}</td>
              <td>${category}</td>
              <td>${tickets}</td>
              <td>${at(firstAt)} – ${at(lastAt)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${more(recurrences)}
  </section>`
}

const more = ({ count, items }: { count: number; items: readonly unknown[] }) =>
  count > items.length
    ? html`<p class="note">
        另有 ${count - items.length} 条未列出。<span lang="en">${count - items.length} more are not listed.</span>
      </p>`
    : ''

export const REPORT_STYLE = `@page { size: A4; margin: 14mm }
:root { color-scheme: light; font: 11pt/1.45 system-ui, "Noto Sans CJK SC", sans-serif }
html { color: #1a1a1a; background: #fff }
body { margin: 0 auto; max-width: 182mm; padding: 1rem }
h1 { font-size: 1.6rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 0 0 0.25rem }
h1 span[lang], h2 span[lang] { font-size: 0.75em; font-weight: normal; margin-left: 0.6em; color: #555 }
section { margin: 1.25rem 0 0; padding-top: 0.75rem; border-top: 1px solid #ccc; break-inside: avoid-page }
section:has(table) { break-inside: auto }
p, ul { margin: 0.25rem 0 }
ul { padding-left: 1.2rem }
small { color: #555; font-size: 0.85em }
.note { color: #555; font-size: 0.82rem }
.note span[lang], th span[lang], td span[lang] { display: block }
th span[lang] { font-weight: normal; font-size: 0.85em; color: #555 }
.figure { font-size: 1.5rem; font-weight: 600 }
.figure b { font-size: 0.9rem }
.figure.kept b, td.kept { color: #1b5e20 }
.figure.missed b, td.missed { color: #a3150f }
table { border-collapse: collapse; width: 100%; font-size: 0.82rem }
thead { display: table-header-group }
tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 0.4rem; border-bottom: 1px solid #ddd }
th, td { overflow-wrap: anywhere }
svg { display: block; width: 100%; height: auto; print-color-adjust: exact; -webkit-print-color-adjust: exact }
svg text { font-size: 9px; fill: #333 }
svg .count { font-size: 11px; font-weight: 600 }
.track { fill: #eee }
rect.kept { fill: #66a86a }
rect.missed { fill: #d9675f }
rect.none { fill: #eee }
svg.bar rect.none { fill: #9a9a9a }
rect.after { fill: #b9b9b9 }
rect.day.kept { fill: #d5ead6 }
rect.day.missed { fill: #f6cfcc }
.promise { stroke: #1a1a1a; stroke-width: 1.5; stroke-dasharray: 4 2 }
.months { display: grid; grid-template-columns: repeat(auto-fill, minmax(80mm, 1fr)); gap: 0.75rem }
.month { margin: 0; break-inside: avoid }
`
