import { html } from 'hono/html'
import { MILESTONE_WORDS } from '../../rules/notify/templates.ts'
import { type DrilledClock, type DrilledTicket, type DrillReport, reckoned } from '../../rules/reports/drill.ts'
import { cell, type Html, inBoth, moment, type Reading, register, sentence, sheet } from './sheet.ts'
import { type Both, STATE_WORDS } from './words.ts'

const KEPT: Both = { zh: '√ 按时', en: 'on time' }
const MISSED: Both = { zh: '× 超时', en: 'late' }
const UNDECIDED: Both = { zh: '演练结束时未到', en: 'not reached when the drill ended' }
const FIRM: Both = { zh: '维保单位', en: 'maintenance firm' }
const SENT: Both = { zh: '实际下发', en: 'sent to devices' }
const SIMULATED: Both = { zh: '模拟，未下发', en: 'simulated: none was sent' }
const ANSWERS: Record<string, Both> = {
  accepted: { zh: '已接单', en: 'accepted' },
  declined: { zh: '拒接', en: 'declined' },
  no_answer: { zh: '无应答', en: 'no answer' },
}
const STEP_STATES: Record<string, Both> = {
  waiting: { zh: '未到时间', en: 'not due' },
  fired: { zh: '已呼叫', en: 'called' },
  nobody: { zh: '无人可呼叫', en: 'nobody to call' },
  silenced: { zh: '检修中，未呼叫', en: 'maintenance: not called' },
  drill: { zh: '演练未列名，未呼叫', en: 'not named in the drill: not called' },
  stopped: { zh: '已停止', en: 'stopped' },
}

/** The record of a drill (演练记录): each alarm, each ticket's times against what is promised, and who was called. */
export function drillRecord(report: DrillReport, reading: Reading): Html {
  const { drill, alarms, tickets } = report
  const { kept, missed, undecided } = reckoned(report)
  const decided = { zh: `按时 ${kept}，超时 ${missed}`, en: `${kept} kept, ${missed} missed` }
  const sums = { zh: `${decided.zh}，未定 ${undecided}`, en: `${decided.en}, ${undecided} undecided` }
  const names = sentence(...drill.notify.responders.map(reading.responder), ...drill.notify.channels)
  const at = (time: number | null) => moment(time, reading)
  const summary = html`<table class="form">
    <tr>
      ${cell({ zh: '演练', en: 'Drill' }, inBoth(drill.title))} ${cell({ zh: '发起人', en: 'Started by' }, drill.by)}
    </tr>
    <tr>
      ${cell({ zh: '开始', en: 'Began' }, at(drill.startedAt))}
      ${cell({ zh: '结束', en: 'Ended' }, at(drill.endedAt) || inBoth({ zh: '进行中', en: 'running' }))}
    </tr>
    <tr>
      ${cell({ zh: '只通知', en: 'Told only to' }, names || inBoth({ zh: '无人', en: 'nobody' }))}
      ${cell({ zh: '时限', en: 'Clocks' }, inBoth(sums))}
    </tr>
    <tr>
      ${cell({ zh: '设备指令', en: 'Commands' }, inBoth(drill.commands ? SENT : SIMULATED))}
      ${cell({ zh: '报警与工单', en: 'Alarms, tickets' }, `${alarms.length} · ${tickets.length}`)}
    </tr>
  </table>`
  const list = register(
    [
      { head: { zh: '时间', en: 'When' }, kind: 'time', value: ({ raisedAt }) => at(raisedAt) },
      { head: { zh: '设备', en: 'Device' }, value: ({ device }) => reading.device(device) },
      { head: { zh: '规则', en: 'Rule' }, value: ({ rule }) => rule },
      { head: { zh: '确认', en: 'Acknowledged' }, kind: 'time', value: ({ acknowledgedAt }) => at(acknowledgedAt) },
      { head: { zh: '恢复', en: 'Over' }, kind: 'time', value: ({ returnedAt }) => at(returnedAt) },
    ],
    alarms,
  )
  const title = { zh: '演练记录', en: 'Record of a drill' }
  const foot = [{ zh: '演练不计入任何统计。', en: 'A drill counts in no figure.' }]
  const aside = { zh: `编号：${drill.id}`, en: drill.id }
  return sheet(
    { title, aside, foot },
    reading,
    html`${summary}${list}${tickets.map((each) => ofTicket(each, reading))}`,
  )
}

function ofTicket({ ticket, clocks, calls, steps, notices, unsent }: DrilledTicket, reading: Reading): Html {
  const at = (time: number | null | undefined) => moment(time, reading)
  const names = (ids: readonly string[]) => sentence(...ids.map(reading.responder))
  const sent = notices.filter(({ state }) => state === 'sent').length
  return html`<section class="notes">
    <p><b>${ticket.number}</b> ${inBoth(ticket.title)} · ${inBoth(STATE_WORDS[ticket.state])}</p>
    ${register(
      [
        { head: { zh: '时限', en: 'Clock' }, value: clockName },
        { head: { zh: '应于', en: 'Due' }, kind: 'time', value: ({ dueAt }) => at(dueAt) },
        { head: { zh: '达到', en: 'Reached' }, kind: 'time', value: ({ metAt }) => at(metAt) },
        { head: { zh: '结果', en: 'Result' }, value: ({ kept }) => inBoth(resultOf(kept)) },
      ],
      clocks,
    )}
    ${register(
      [
        { head: { zh: '呼叫', en: 'Called' }, value: ({ responder }) => reading.responder(responder) },
        { head: { zh: '时间', en: 'When' }, kind: 'time', value: (call) => at(call.at) },
        { head: { zh: '应答', en: 'Answer' }, value: ({ answer }) => (answer === null ? '' : wordOf(ANSWERS, answer)) },
        { head: { zh: '应答时间', en: 'Answered' }, kind: 'time', value: ({ answeredAt }) => at(answeredAt) },
      ],
      calls,
    )}
    ${register(
      [
        { head: { zh: '升级', en: 'Step' }, value: ({ step }) => inBoth(step.name) },
        { head: { zh: '应于', en: 'Due' }, kind: 'time', value: ({ dueAt }) => at(dueAt) },
        { head: { zh: '结果', en: 'Result' }, value: ({ state }) => wordOf(STEP_STATES, state) },
        { head: { zh: '人员', en: 'Who' }, value: ({ called }) => names(called) },
      ],
      steps,
    )}
    <p>
      ${inBoth({ zh: `通知 ${notices.length} 条，已发出 ${sent} 条`, en: `${notices.length} notices, ${sent} sent` })}
    </p>
    ${unsent.map((told) => html`<p>${told}</p>`)}
  </section>`
}

const wordOf = (words: Record<string, Both>, word: string) => inBoth(words[word] ?? { zh: word, en: word })

function clockName({ milestone, party }: DrilledClock): Html {
  const name = inBoth(MILESTONE_WORDS[milestone])
  return party === 'property' ? name : html`${name} ${inBoth(FIRM)}`
}

const resultOf = (kept: boolean | null) => (kept === null ? UNDECIDED : kept ? KEPT : MISSED)
