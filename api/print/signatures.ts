import { html } from 'hono/html'
import { drawnLines } from '../../rules/jobs/drawing.ts'
import { markOf, signedForHash } from '../../rules/jobs/signed-for.ts'
import type { Drawing, Signer, Ticket } from '../../rules/model.ts'
import type { DrawnSignature } from '../../rules/storage/signatures.ts'
import { given, type Html, inBoth, moment, type Reading } from './sheet.ts'
import { SIGNER_WORDS } from './words.ts'

/** A box for each who signs; who has signed last stands in it. A superior has one where he signed for the customer. */
export function signatures(ticket: Ticket, all: readonly DrawnSignature[], reading: Reading): Html {
  const signers: Signer[] = all.some(({ signer }) => signer === 'superior')
    ? ['customer', 'responder', 'superior']
    : ['customer', 'responder']
  return html`<section class="signatures">
    ${signers.map((signer) => box(signer, lastOf(ticket, all, signer), ticket, reading))}
  </section>`
}

type Signed = Pick<DrawnSignature, 'name' | 'at' | 'drawing' | 'signedFor'>

/** A name that was given at the sign-off is the customer's. */
function lastOf({ signature }: Ticket, all: readonly DrawnSignature[], signer: Signer): Signed | null {
  const signed = all.findLast((each) => each.signer === signer)
  if (signed !== undefined) return signed
  return signer === 'customer' && signature !== null && all.length === 0 ? { ...signature, drawing: null } : null
}

const box = (signer: Signer, signed: Signed | null, ticket: Ticket, reading: Reading): Html =>
  html`<div class="signature">
    <p class="who">${inBoth(SIGNER_WORDS[signer])}</p>
    <div class="drawn">${signed?.drawing ? drawn(signed.drawing) : ''}</div>
    <p>${inBoth({ zh: '姓名', en: 'Name' })} ${given(signed?.name ?? '')}</p>
    <p>${inBoth({ zh: '日期', en: 'Date' })} ${given(moment(signed?.at ?? null, reading))}</p>
    ${signed?.signedFor ? signedFor(signed.signedFor, ticket) : ''}
  </div>`

/** Which work it was for: the same mark on every sheet of what was signed for, and whether it says so still. */
const signedFor = (hash: string, ticket: Ticket): Html =>
  html`<p class="mark">
    ${inBoth({ zh: '签认内容', en: 'Signed for' })} SHA-256 ${markOf(hash)}
    ${hash === signedForHash(ticket) ? '' : inBoth({ zh: '（此后有改动）', en: '(changed since)' })}
  </p>`

function drawn(drawing: Drawing): Html {
  const { frame, path } = drawnLines(drawing)
  return html`<svg viewBox="${frame}" role="img" aria-label="签字"><path d="${path}" /></svg>`
}
