import { html } from 'hono/html'
import type { Played } from '../../play.ts'
import { grouped, outcomeOf } from '../outcome.ts'
import { both } from './words.ts'

/** Whether all is well, at a glance. */
export function summary(runs: readonly Played[]) {
  const { passed, scenarios, expectations, failed, empty } = outcomeOf(runs)
  const tickets = runs.reduce((sum, run) => sum + run.tickets.length, 0)
  const messages = runs.reduce((sum, run) => sum + run.messages, 0)
  const numbers: [string, string, number][] = [
    ['场景', 'scenarios', scenarios],
    ...(runs.length > scenarios ? [['运行', 'runs', runs.length] satisfies [string, string, number]] : []),
    ['期望', 'expectations', expectations],
    ['未达到', 'not met', failed],
    ['工单', 'tickets', tickets],
    ['消息', 'messages', messages],
  ]
  const verdict = passed
    ? both('全部达到', 'everything held')
    : failed > 0
      ? both(`${grouped(failed)} 项未达到`, `${grouped(failed)} not met`)
      : both(`${grouped(empty)} 次运行什么也没有证明`, `${grouped(empty)} showed nothing`)
  return html`<header>
    <h1>${both('模拟报告', 'Simulation report')}</h1>
    <p class="banner ${passed ? 'kept' : 'missed'}"><b class="mark">${passed ? '✓' : '✗'}</b> ${verdict}</p>
    <dl class="numbers">
      ${numbers.map(
        ([zh, en, count]) =>
          html`<div>
            <dt>${both(zh, en)}</dt>
            <dd>${grouped(count)}</dd>
          </div>`,
      )}
    </dl>
  </header>`
}

/** Every run in a line, those that the page tells of as links. */
export function contents(runs: readonly Played[], shown: ReadonlySet<Played>) {
  return html`<nav>
    <table>
      <thead>
        <tr>
          <th scope="col">${both('结果', 'result')}</th>
          <th scope="col">${both('场景', 'scenario')}</th>
          <th scope="col">${both('种子', 'seed')}</th>
          <th scope="col">${both('达到', 'met')}</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map((run, at) => {
          const { scenario, seed, passed, verdicts } = run
          return html`<tr class="${passed ? 'kept' : 'missed'}">
            <td>${passed ? verdict('✓', '通过', 'passed') : verdict('✗', '未通过', 'failed')}</td>
            <td>${shown.has(run) ? html`<a href="#run-${at + 1}">${scenario.name}</a>` : scenario.name}</td>
            <td>${seed}</td>
            <td>${grouped(verdicts.filter(({ met }) => met).length)} / ${grouped(verdicts.length)}</td>
          </tr>`
        })}
      </tbody>
    </table>
  </nav>`
}

const verdict = (mark: string, zh: string, en: string) => html`<b class="mark">${mark}</b> ${both(zh, en)}`
