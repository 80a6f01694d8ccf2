import { html } from 'hono/html'
import { FOLLOW_UP_FAULTS, type FollowUpFault, type Grade, GRADES } from '../../rules/model.ts'
import { type Both, FAULT_WORDS } from '../print/words.ts'
import { aboutOf, choice, inBoth, REASON_MAX, type SurveyPage } from './survey-page.ts'
import { publicPage } from './public-page.ts'

/** What the page behind a follow-up's link shows. */
export interface FollowUpPage {
  /** `null` where the link says nothing. */
  about: SurveyPage['about']
  stand: 'open' | 'ungraded' | 'unreasoned' | 'thanks' | 'agreeing' | 'answered' | 'early' | 'over' | 'invalid' | 'busy'
  /** What was chosen before something was found to be missing. */
  given: { grade: Grade | null; reason: string; faults: readonly FollowUpFault[] }
}

const SAYS: Record<Exclude<FollowUpPage['stand'], 'open'>, Both> = {
  ungraded: { zh: '请选择满意程度。', en: 'Please say how satisfied you are.' },
  unreasoned: { zh: '评分低于 4 分，请写明原因。', en: 'Please say why: your grade is below 4.' },
  thanks: { zh: '感谢您的评价！', en: 'Thank you for your answer.' },
  agreeing: {
    zh: '感谢您的评价！我们会与您联系，约定返修时间。',
    en: 'Thank you. We will call you to agree when it is repaired again.',
  },
  answered: { zh: '您已评价过，谢谢！', en: 'This was answered already. Thank you.' },
  early: { zh: '尚未到回访时间，我们会先与您联系。', en: 'It is too early to answer. We will call you first.' },
  over: { zh: '本次回访已结束。', en: 'This follow-up is over.' },
  invalid: { zh: '链接无效。', en: 'This link is not valid.' },
  busy: { zh: '请稍后再试。', en: 'Please try again in a minute.' },
}
/** What has a thank you is shown as one. */
const LOOKS: Partial<Record<FollowUpPage['stand'], string>> = {
  ungraded: 'incomplete',
  unreasoned: 'incomplete',
  agreeing: 'thanks',
}

/** Both languages at once, since nobody is logged in; everything in it is escaped. No script. */
export function followUpPage({ about, stand, given }: FollowUpPage) {
  const asks = about !== null && (stand === 'open' || LOOKS[stand] === 'incomplete')
  return publicPage(
    { title: { zh: '维修回访', en: 'Follow-up' }, stylesheet: '/survey.css' },
    html`<h1>${inBoth({ zh: '维修回访', en: 'After the repair' })}</h1>
      ${about === null ? '' : aboutOf(about)} ${stand === 'open' ? '' : saying(stand)} ${asks ? form(given) : ''}`,
  )
}

const saying = (stand: keyof typeof SAYS) =>
  html`<p class="said ${LOOKS[stand] ?? stand}" role="status">${inBoth(SAYS[stand])}</p>`

const form = ({ grade, reason, faults }: FollowUpPage['given']) =>
  html`<form method="post">
    <fieldset>
      <legend>${inBoth({ zh: '您对这次维修是否满意？', en: 'How satisfied are you with the repair?' })}</legend>
      <div>${GRADES.map((each) => choice('grade', each, each === grade))}</div>
    </fieldset>
    <fieldset>
      <legend>
        ${inBoth({ zh: '有无以下问题？（可多选，没有则不选）', en: 'Was anything of this wrong? (none, or several)' })}
      </legend>
      <div>
        ${FOLLOW_UP_FAULTS.map(
          (fault) =>
            html`<label class="grade"
              ><input type="checkbox" name="${fault}" value="1" ${faults.includes(fault) ? 'checked' : ''} />
              ${inBoth(FAULT_WORDS[fault])}</label
            >`,
        )}
      </div>
    </fieldset>
    <label class="line"
      >${inBoth({ zh: '原因或建议（评分低于 4 分时必填）', en: 'Why, or what we could do better (needed below grade 4)' })}
      <textarea name="reason" rows="3" maxlength="${REASON_MAX}">${reason}</textarea>
    </label>
    <button>${inBoth({ zh: '提交', en: 'Send' })}</button>
  </form>`
