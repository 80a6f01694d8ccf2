import { html } from 'hono/html'
import type { Fact } from '../../scenario.ts'
import { grouped } from '../outcome.ts'
import { both } from './words.ts'

const STATES = [
  ['sent', '已发', 'sent'],
  ['failed', '失败', 'failed'],
  ['withdrawn', '撤回', 'withdrawn'],
  ['queued', '待发', 'waiting'],
] as const

type State = (typeof STATES)[number][0]

/** Notices by channel, and what became of them. */
export function noticesTable(facts: readonly Fact[]) {
  const channels = [...countsOf(facts)].sort(([one], [other]) => (one < other ? -1 : 1))
  if (channels.length === 0) return html`<p class="note">${both('没有发出通知。', 'There was no notice.')}</p>`
  const most = Math.max(...channels.map(([, counts]) => total(counts)))
  return html`<table class="notices">
    <thead>
      <tr>
        <th scope="col">${both('渠道', 'channel')}</th>
        ${STATES.map(([state, zh, en]) => html`<th scope="col"><i class="key ${state}"></i>${both(zh, en)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${channels.map(
        ([channel, counts]) =>
          html`<tr>
              <th scope="row">${channel}</th>
              ${STATES.map(([state]) => html`<td>${counts[state] === 0 ? '–' : grouped(counts[state])}</td>`)}
            </tr>
            <tr class="bars">
              <td colspan="${STATES.length + 1}">
                <div class="stack">
                  ${STATES.map(([state]) => {
                    const share = ((counts[state] / most) * 100).toFixed(1)
                    return counts[state] === 0 ? '' : html`<i class="${state}" style="width:${share}%"></i>`
                  })}
                </div>
              </td>
            </tr>`,
      )}
    </tbody>
  </table>`
}

const total = (counts: Record<State, number>): number => STATES.reduce((sum, [state]) => sum + counts[state], 0)

/** What was queued waits until something becomes of it. */
function countsOf(facts: readonly Fact[]): Map<string, Record<State, number>> {
  const channels = new Map<string, Record<State, number>>()
  for (const { about, what, fields } of facts) {
    if (about !== 'notice') continue
    const channel = String(fields.channel ?? '–')
    const counts = channels.get(channel) ?? { sent: 0, failed: 0, withdrawn: 0, queued: 0 }
    channels.set(channel, counts)
    counts[what as State] += 1
    if (what !== 'queued') counts.queued = Math.max(0, counts.queued - 1)
  }
  return channels
}
