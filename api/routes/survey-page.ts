import { html } from 'hono/html'
import { type Grade, GRADES, type Survey } from '../../rules/model.ts'
import { oneLine } from '../../rules/notify/channels/text.ts'
import { type Both, GRADE_WORDS } from '../print/words.ts'
import { publicPage } from './public-page.ts'

/** What the page behind a survey's link shows. */
export interface SurveyPage {
  /** `null` where the link says nothing. */
  survey: Pick<Survey, 'title' | 'questions'> | null
  /** Whom it asks, or about what. */
  about: {
    site: string
    job: { number: string; title: Both; place: string } | null
    household: string | null
  } | null
  stand: 'open' | 'incomplete' | 'thanks' | 'answered' | 'early' | 'over' | 'invalid' | 'busy'
  /** What was chosen before something was found to be missing. */
  given: { grades: readonly (Grade | null)[]; reason: string; household: string }
}

export const REASON_MAX = 500
export const HOUSEHOLD_MAX = 100

const SAYS: Record<Exclude<SurveyPage['stand'], 'open'>, Both> = {
  incomplete: { zh: '请回答每一个问题。', en: 'Please answer every question.' },
  thanks: { zh: '感谢您的评价！', en: 'Thank you for your answer.' },
  answered: { zh: '您已评价过，谢谢！', en: 'This was answered already. Thank you.' },
  early: { zh: '调查尚未开始。', en: 'This survey has not begun yet.' },
  over: { zh: '调查已结束。', en: 'This survey is over.' },
  invalid: { zh: '链接无效。', en: 'This link is not valid.' },
  busy: { zh: '请稍后再试。', en: 'Please try again in a minute.' },
}

/** Both languages at once, since nobody is logged in; everything in it is escaped. No script. */
export function surveyPage({ survey, about, stand, given }: SurveyPage) {
  const said = stand === 'open' ? null : SAYS[stand]
  const asks = stand === 'open' || stand === 'incomplete'
  return publicPage(
    { title: { zh: '满意度调查', en: 'Survey' }, stylesheet: '/survey.css' },
    html`${survey === null ? '' : html`<h1>${inBoth(survey.title)}</h1>`} ${about === null ? '' : aboutOf(about)}
    ${said === null ? '' : html`<p class="said ${stand}" role="status">${inBoth(said)}</p>`}
    ${asks && survey !== null ? form(survey, about?.household ?? null, about?.job ?? null, given) : ''}`,
  )
}

export const inBoth = ({ zh, en }: Both) => {
  const [first, second] = [oneLine(zh), oneLine(en)]
  return html`${first}${second === first ? '' : html`<span lang="en">${second}</span>`}`
}

export function aboutOf({ site, job, household }: NonNullable<SurveyPage['about']>) {
  const row = (zh: string, en: string, value: string | Both) =>
    html`<dt>${inBoth({ zh, en })}</dt>
      <dd>${typeof value === 'string' ? oneLine(value) : inBoth(value)}</dd>`
  return html`<dl>
    ${row('小区', 'Site', site)}
    ${
      job === null
        ? ''
        : html`${row('工单', 'Ticket', job.number)} ${row('事项', 'What', job.title)} ${row('地点', 'Where', job.place)}`
    }
    ${household === null ? '' : row('住户', 'Household', household)}
  </dl>`
}

function form(
  { questions }: Pick<Survey, 'questions'>,
  household: string | null,
  job: unknown,
  given: SurveyPage['given'],
) {
  return html`<form method="post">
    ${
      household !== null || job !== null
        ? ''
        : html`<label class="line"
            >${inBoth({ zh: '您的楼栋房号', en: 'Your building and flat' })}
            <input name="household" required maxlength="${HOUSEHOLD_MAX}" value="${given.household}" />
          </label>`
    }
    ${questions.map(
      (question, index) =>
        html`<fieldset>
          <legend>${index + 1}. ${inBoth(question)}</legend>
          <div>${GRADES.map((grade) => choice(`q${index}`, grade, given.grades[index] === grade))}</div>
        </fieldset>`,
    )}
    <label class="line"
      >${inBoth({ zh: '原因或建议（可不填）', en: 'Why, or what we could do better (optional)' })}
      <textarea name="reason" rows="3" maxlength="${REASON_MAX}">${given.reason}</textarea>
    </label>
    <button>${inBoth({ zh: '提交', en: 'Send' })}</button>
  </form>`
}

export const choice = (name: string, grade: Grade, chosen: boolean) =>
  html`<label class="grade"
    ><input type="radio" name="${name}" value="${grade}" required ${chosen ? 'checked' : ''} />
    <b>${grade}</b> ${inBoth(GRADE_WORDS[grade])}</label
  >`

/** For a phone held in one hand. */
export const SURVEY_STYLE = `:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
body { margin: 0 }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 1rem; overflow-wrap: anywhere }
span[lang] { display: block; font-size: 0.82rem; font-weight: normal; opacity: 0.72 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.5rem 1.25rem; margin: 0 0 1.5rem; padding: 1rem;
  border-radius: 12px; background: color-mix(in srgb, currentColor 6%, transparent) }
dt { opacity: 0.72 }
dd { margin: 0; overflow-wrap: anywhere }
fieldset { border: 1px solid color-mix(in srgb, currentColor 22%, transparent); border-radius: 12px;
  margin: 0 0 1rem; padding: 0.75rem 1rem 1rem }
legend { float: left; width: 100%; margin: 0 0 0.6rem; padding: 0; font-weight: 600; overflow-wrap: anywhere }
fieldset div { clear: both; display: flex; gap: 0.4rem }
.grade { flex: 1 1 0; min-width: 0; min-height: 72px; display: flex; flex-direction: column; align-items: center;
  text-align: center; gap: 0.15rem; padding: 0.5rem 0.1rem; border-radius: 10px; cursor: pointer; font-size: 0.82rem;
  line-height: 1.25; border: 2px solid color-mix(in srgb, currentColor 16%, transparent) }
.grade span[lang] { font-size: 0.68rem }
.grade b { font-size: 1.2rem }
.grade input { position: absolute; opacity: 0; pointer-events: none }
.grade:has(:checked) { border-color: #1565c0; background: #1565c0; color: #fff }
.grade:has(:focus-visible) { outline: 3px solid currentColor; outline-offset: 2px }
.line { display: block; margin: 0 0 1rem; font-weight: 600 }
input:not([type=radio], [type=checkbox]), textarea { box-sizing: border-box; width: 100%; margin-top: 0.4rem;
  padding: 0.7rem; font: inherit; font-weight: normal; border-radius: 10px; color: inherit; background: transparent;
  border: 1px solid color-mix(in srgb, currentColor 35%, transparent) }
button { width: 100%; min-height: 64px; border: 0; border-radius: 12px; background: #1565c0; color: #fff;
  font: inherit; font-size: 1.25rem; font-weight: 600; cursor: pointer }
button span[lang] { opacity: 1 }
button:focus-visible { outline: 3px solid currentColor; outline-offset: 3px }
.said { font-size: 1.15rem; margin: 0 0 1.25rem; padding: 1rem 1.25rem; border-radius: 12px;
  border: 2px solid currentColor }
.said.thanks, .said.answered { background: #1b5e20; border-color: #1b5e20; color: #fff }
.said.incomplete { color: #b3261e }
`
