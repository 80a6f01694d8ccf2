import { html } from 'hono/html'
import { oneLine } from '../../rules/notify/channels/text.ts'
import { publicPage } from './public-page.ts'

/** What the page of a link says: what it is about, and how it stands for whoever opened it. */
export interface AcceptPage {
  /** `null` where the link says nothing. */
  ticket: { number: string; title: { zh: string; en: string }; place: string; since: string } | null
  stand:
    | { is: 'open' | 'yours' | 'used' | 'over' | 'refused' | 'invalid' | 'expired' | 'busy' }
    | { is: 'taken'; by: string }
}

const SAYS: Record<Exclude<AcceptPage['stand']['is'], 'open' | 'taken'>, [zh: string, en: string]> = {
  yours: ['你已接单，请尽快到场。', 'The job is yours. Please go there now.'],
  used: [
    '此链接已用过；现在还没有人接单，请联系调度。',
    'This link was used before; nobody has the job now: call dispatch.',
  ],
  over: ['此工单已结束，无需再去。', 'This job is over. Nobody needs to go.'],
  refused: ['你现在不能接此工单，请联系调度。', 'You cannot accept this job at the moment. Please call dispatch.'],
  invalid: ['链接无效。', 'This link is not valid.'],
  expired: ['链接已过期，请联系调度。', 'This link has expired. Please call dispatch.'],
  busy: ['请稍后再试。', 'Please try again in a minute.'],
}

function says({ stand }: AcceptPage): [zh: string, en: string] | null {
  if (stand.is === 'open') return null
  if (stand.is !== 'taken') return SAYS[stand.is]
  const name = oneLine(stand.by)
  return [`${name} 已先接单，无需再去。`, `${name} was quicker and has the job.`]
}

/** Both languages at once, since nobody is logged in; everything in it is escaped. No script. */
export function acceptPage(page: AcceptPage) {
  const { ticket, stand } = page
  const said = says(page)
  return publicPage(
    { title: { zh: '接单', en: 'Accept' }, stylesheet: '/accept.css' },
    html`${ticket === null ? '' : about(ticket)}
    ${
      said === null
        ? ''
        : html`<p class="said ${stand.is}" role="status">${said[0]}<span lang="en">${said[1]}</span></p>`
    }
    ${
      stand.is === 'open'
        ? html`<form method="post">
            <button>接单<span lang="en">Accept</span></button>
          </form>`
        : ''
    }`,
  )
}

function about({ number, title, place, since }: NonNullable<AcceptPage['ticket']>) {
  const zh = oneLine(title.zh)
  const en = oneLine(title.en)
  return html`<h1>${zh}${en === zh ? '' : html`<span lang="en">${en}</span>`}</h1>
    <dl>
      <dt>地点<span lang="en">Where</span></dt>
      <dd>${oneLine(place)}</dd>
      <dt>时间<span lang="en">Since</span></dt>
      <dd>${since}</dd>
      <dt>工单<span lang="en">Ticket</span></dt>
      <dd>${number}</dd>
    </dl>`
}

/** For a phone held in one hand: the button is what is largest. */
export const ACCEPT_STYLE = `:root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif }
body { margin: 0 }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1.25rem }
h1 { font-size: 1.6rem; line-height: 1.3; margin: 0 0 1.25rem; overflow-wrap: anywhere }
span[lang] { display: block; font-size: 0.85rem; font-weight: normal; opacity: 0.75 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.75rem 1.25rem; margin: 0 0 1.75rem }
dt { opacity: 0.75 }
dd { margin: 0; overflow-wrap: anywhere }
button { width: 100%; min-height: 72px; border: 0; border-radius: 12px; background: #b3261e; color: #fff;
  font: inherit; font-size: 1.5rem; font-weight: 600; cursor: pointer }
button span[lang] { opacity: 1 }
button:focus-visible { outline: 3px solid currentColor; outline-offset: 3px }
.said { font-size: 1.25rem; margin: 0; padding: 1rem 1.25rem; border-radius: 12px; border: 2px solid currentColor }
.said.yours { background: #1b5e20; border-color: #1b5e20; color: #fff }
`
