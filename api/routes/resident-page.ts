import { html, raw } from 'hono/html'
import type { Site } from '../../rules/model.ts'
import { oneLine } from '../../rules/notify/channels/text.ts'
import { publicPage } from './public-page.ts'
import { CATEGORIES, EMERGENCIES, type Typed } from './resident-form.ts'

/** Public pages for residents: both languages at once, no script, everything escaped. */

type Html = ReturnType<typeof html>
type Words = readonly [zh: string, en: string]

export const both = ([zh, en]: Words) => html`${zh}<span lang="en">${en}</span>`

export const layout = ([zh, en]: Words, content: Html | Promise<Html>) =>
  publicPage({ title: { zh, en }, stylesheet: '/report.css', robots: 'noindex, nofollow' }, content)

/** Where a page cannot help, people do. */
export function callInstead(site: Site | null) {
  const phone = site?.phone ?? ''
  if (phone === '')
    return html`<p>${both(['需要帮助请致电物业服务中心。', 'For help, telephone the property office.'])}</p>`
  return html`<p>
    ${both(['需要帮助请致电物业服务中心：', 'For help, telephone the property office:'])}
    <a class="phone" href="tel:${phone.replace(/[^+0-9]/g, '')}">${phone}</a>
  </p>`
}

const SAYS = {
  missing: ['此页面不存在。', 'This page does not exist.'],
  busy: ['请求过于频繁，请过几分钟再试。', 'Too many requests. Please try again in a few minutes.'],
  full: ['照片上传人数较多，请先不带照片提交。', 'Many photos are being sent. Please send the report without one.'],
  large: ['照片超过 10 MB，请改用较小的照片或不带照片提交。', 'The photo is over 10 MB: send a smaller one or none.'],
  unreadable: ['表单无法读取，请返回重试。', 'The form cannot be read. Please go back and try again.'],
  unavailable: ['系统暂时无法保存，请稍后再试。', 'It cannot be saved at the moment. Please try again soon.'],
} as const satisfies Record<string, Words>
export type Notice = keyof typeof SAYS

export function noticePage(notice: Notice, site: Site | null) {
  const said = SAYS[notice]
  const call = notice === 'missing' ? '' : callInstead(site)
  return layout(
    said,
    html`<p class="said" role="status">${both(said)}</p>
      ${call}`,
  )
}

const FIELD_WORDS: Record<string, Words> = {
  emergency: ['是否紧急', 'Is it an emergency?'],
  text: ['什么问题', 'What is wrong'],
  category: ['类别', 'Kind'],
  household: ['房号，例如 3-2-502', 'Household, for example 3-2-502'],
  location: ['具体位置，例如厨房（可不填）', 'Where exactly, for example the kitchen (optional)'],
  phone: ['联系电话', 'Your telephone'],
  name: ['称呼（可不填）', 'Your name (optional)'],
  occurred: ['何时发生（可不填）', 'When it happened (optional)'],
  wanted: [
    '希望上门时间（可不填，物业会与您确认）',
    'When to come, if you wish a time (optional; we agree it with you)',
  ],
  progress: ['进度通知', 'How to tell you how it goes'],
  photo: ['照片（可不填，不超过 10 MB）', 'A photo (optional, up to 10 MB)'],
}

const OPTION_WORDS: Record<string, Words> = {
  none: ['不紧急', 'No'],
  burst: ['爆管、大量漏水', 'Burst pipe, flooding'],
  trapped: ['困在电梯里', 'Trapped in the lift'],
  no_power: ['停电', 'No power'],
  water_leak: ['漏水、水管', 'Water, pipes'],
  elevator: ['电梯', 'Lift'],
  power: ['电', 'Electricity'],
  other: ['其他', 'Something else'],
  sms: ['短信', 'Text message'],
  telephone: ['电话', 'Telephone call'],
}
const TELL_NOTHING: Words = ['不用通知', 'Not at all']

export function formPage(site: Site, typed: Typed, wrong: readonly string[]) {
  const label = (field: string) => html`<span class="label">${both(FIELD_WORDS[field]!)}</span>`
  const mark = (field: string) => raw(wrong.includes(field) ? ' aria-invalid="true"' : '')
  const value = (field: string) => typed[field] ?? ''
  const input = (field: string, attributes: string) =>
    html`<label
      >${label(field)}<input name="${field}" value="${value(field)}" ${raw(attributes)}${mark(field)}
    /></label>`
  const choice = (field: string, options: readonly string[], first: string, none?: Words) =>
    html`<label
      >${label(field)}<select name="${field}" ${mark(field)}>
        ${options.map((option) => {
          const [zh, en] = option === 'none' ? (none ?? OPTION_WORDS.none!) : OPTION_WORDS[option]!
          const selected = raw((value(field) || first) === option ? ' selected' : '')
          return html`<option value="${option}" ${selected}>${zh} / ${en}</option>`
        })}
      </select></label
    >`
  return layout(
    ['报修', 'Report a fault'],
    html`<h1>${oneLine(site.name)} 报修<span lang="en">Report a fault</span></h1>
      <p class="warning">
        ${both([
          '有人受伤、被困或有火情，请先拨打 119、120，电梯内请按紧急呼叫按钮。本页面不是生命安全系统。',
          'Somebody hurt or trapped, a fire: call 119 or 120 first; in a lift press its alarm. Not a safety system.',
        ])}
      </p>
      ${wrong.length === 0 ? '' : whatIsWrong(wrong)}
      <form method="post" action="/report/${site.id}" enctype="multipart/form-data">
        ${choice('emergency', EMERGENCIES, 'none')}
        <label
          >${label('text')}<textarea name="text" rows="4" maxlength="2000" required ${mark('text')}>
${value('text')}</textarea>
        </label>
        ${choice('category', CATEGORIES, 'other')} ${input('household', 'maxlength="50" required')}
        ${input('location', 'maxlength="200"')}
        ${input('phone', 'type="tel" autocomplete="tel" maxlength="30" required')}
        ${input('name', 'autocomplete="name" maxlength="100"')}
        <label>${label('photo')}<input name="photo" type="file" accept="image/jpeg,image/png,image/webp" /></label>
        ${input('occurred', 'type="datetime-local"')} ${input('wanted', 'type="datetime-local"')}
        ${choice('progress', ['sms', 'telephone', 'none'], 'sms', TELL_NOTHING)}
        <button>${both(['提交报修', 'Send the report'])}</button>
      </form>
      ${callInstead(site)}
      <p><a href="/report/${site.id}/state">${both(['查询进度', 'Ask how it goes'])}</a></p>`,
  )
}

function whatIsWrong(wrong: readonly string[]) {
  return html`<div class="said wrong" role="alert">
    ${both(['请更正以下内容；照片需要重新选择：', 'Please correct these; choose the photo again:'])}
    <ul>
      ${wrong.map((field) => html`<li>${both(FIELD_WORDS[field] ?? [field, field])}</li>`)}
    </ul>
  </div>`
}

/** What became of the photo that came with a report. */
export type PhotoFate = 'none' | 'kept' | 'refused'

export interface Done {
  site: Site
  number: string
  code: string
  joined: boolean
  /** He wishes a time. */
  wishes: boolean
  photo: PhotoFate
}

export function donePage({ site, number, code, joined, wishes, photo }: Done) {
  const says: Words[] = [
    ...(joined
      ? [['同一问题已在处理中，您的报修已并入。', 'It is being worked on already; your report was added.'] as const]
      : []),
    ...(wishes
      ? [
          [
            '您希望的上门时间已转告物业，尚未约定。',
            'The time that you wish was passed on; it is not agreed yet.',
          ] as const,
        ]
      : []),
    ...(photo === 'refused'
      ? [
          [
            '报修已受理，但照片未能保存（仅限 JPEG、PNG、WebP，每份报修最多 3 张）。',
            'Your report is kept, but not the photo (JPEG, PNG or WebP, at most 3 of a report).',
          ] as const,
        ]
      : []),
  ]
  return layout(
    ['已受理', 'Received'],
    html`<h1>${both(['已受理', 'Your report is received'])}</h1>
      ${says.map((words) => html`<p>${both(words)}</p>`)}
      <p>${both(['请记下以下编号和查询码，用于查询进度：', 'Keep these to ask how it goes:'])}</p>
      <dl class="reference">
        <dt>${both(['编号', 'Number'])}</dt>
        <dd>${number}</dd>
        <dt>${both(['查询码', 'Code'])}</dt>
        <dd>${code.slice(0, 4)} ${code.slice(4)}</dd>
      </dl>
      <p>
        <a href="/report/${site.id}/state?number=${number}&amp;code=${code}"
          >${both(['查询进度', 'Ask how it goes'])}</a
        >
      </p>
      ${callInstead(site)}`,
  )
}

export const REPORT_STYLE = `:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; --line: #8886 }
body { margin: 0 }
main { max-width: 30rem; margin: 0 auto; padding: 1.25rem 1.25rem 3rem }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere }
span[lang] { display: block; font-size: 0.82rem; font-weight: normal; opacity: 0.75 }
label { display: block; margin: 0 0 1.1rem }
.label { display: block; margin-bottom: 0.3rem; font-weight: 600 }
input, select, textarea { box-sizing: border-box; width: 100%; min-height: 48px; padding: 0.6rem 0.7rem; font: inherit;
  border: 1px solid var(--line); border-radius: 10px; background: Field; color: FieldText }
[aria-invalid] { border: 2px solid #d3302f }
button { width: 100%; min-height: 64px; border: 0; border-radius: 12px; background: #0b57d0; color: #fff;
  font: inherit; font-size: 1.25rem; font-weight: 600; cursor: pointer }
button span[lang] { opacity: 1 }
:focus-visible { outline: 3px solid currentColor; outline-offset: 2px }
.warning { padding: 0.75rem 1rem; border-left: 4px solid #d3302f; margin: 0 0 1.25rem }
.said { font-size: 1.15rem; margin: 0 0 1.25rem; padding: 1rem 1.25rem; border-radius: 12px;
  border: 2px solid currentColor }
.wrong { border-color: #d3302f }
.wrong ul { margin: 0.5rem 0 0; padding-left: 1.2rem }
a { color: inherit }
.phone { font-size: 1.4rem; font-weight: 600; white-space: nowrap }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.75rem 1.25rem; margin: 0 0 1.5rem }
dd { margin: 0; overflow-wrap: anywhere }
.reference dd { font: 600 1.35rem/1.4 ui-monospace, monospace; user-select: all }
.steps { list-style: none; margin: 0 0 1.5rem; padding: 0 }
.steps li { position: relative; padding: 0 0 1.1rem 2.1rem; opacity: 0.55 }
.steps li::before { content: ''; position: absolute; left: 0.35rem; top: 0.35rem; width: 0.8rem; height: 0.8rem;
  border: 2px solid currentColor; border-radius: 50% }
.steps .done, .steps [aria-current] { opacity: 1 }
.steps .done::before, .steps [aria-current]::before { background: #1b7f3b; border-color: #1b7f3b }
.steps [aria-current] { font-weight: 600 }
time { font-weight: normal; opacity: 0.75 }
`
