import { describe, expect, it } from 'vitest'
import { allowedActions } from '../../../rules/tickets/machine.ts'
import { drawingFault } from '../../../rules/jobs/drawing.ts'
import { lineFen as serviceLineFen } from '../../../rules/jobs/costs.ts'
import { inOrder, isHis, jobOf } from '../../../api/web/src/phone/jobs/list.ts'
import { isBehind, MAIN_STEP, pressingNow, standingOf } from '../../../api/web/src/phone/jobs/steps.ts'
import { fenOf, lineFen, quantityOf, yuanOf } from '../../../api/web/src/phone/parts/money.ts'
import { BYTES_MAX, scaledSize, SIDE_MAX_PX } from '../../../api/web/src/phone/photos/scale.ts'
import { type Deed, type Entry, isHeld, mergedCosts, nextToSend } from '../../../api/web/src/phone/queue/entry.ts'
import { differing } from '../../../api/web/src/phone/queue/send.ts'
import { drawingOf, fitted, isDrawn, pathOf, withPoint } from '../../../api/web/src/phone/signature/strokes.ts'
import { type Ticket, TICKET_STATES, type TicketAction } from '../../../rules/model.ts'
import { clockView, ticketView } from './views.ts'

const refusal = { status: 409, detail: '', reason: null, facts: {}, holder: null, theirs: null }
const stepped = (action: TicketAction): Deed => ({ kind: 'step', action, body: {}, expected: null })
const photo: Deed = { kind: 'photo', photoKind: 'before', caption: '', type: 'image/jpeg', bytes: new ArrayBuffer(8) }
const line = { kind: 'material', name: '密封圈', quantity: 1, unit: '个', unitPriceFen: 500 } as const
const costs: Deed = { kind: 'costs', costs: [line], expected: { costs: [] } }
const signed: Deed = { kind: 'signature', signature: { signer: 'customer', name: '王' } }

function entry(order: number, deed: Deed, rest: Partial<Entry> = {}): Entry {
  const about = { owner: 'zhang', idempotencyKey: `k${order}`, job: 'a', number: '1', doneAtMs: 0, isEstimated: false }
  return { ...about, order, deed, ifMatch: null, unanswered: 0, refusal: null, ...rest }
}

describe('what waits to be sent', () => {
  it('goes in the order in which it was done', () => {
    expect(nextToSend([])).toBeNull()
    expect(nextToSend([entry(7, photo), entry(3, stepped('accept')), entry(5, stepped('depart'))])?.order).toBe(3)
  })

  it('waits behind a refused step of its job, but for photos and materials, and other jobs go on', () => {
    const queue = [
      entry(1, stepped('accept'), { refusal }),
      entry(2, stepped('depart')),
      entry(3, photo),
      entry(4, costs),
      entry(5, signed),
      entry(6, stepped('accept'), { job: 'b' }),
    ]
    expect(queue.filter((each) => isHeld(each, queue)).map(({ order }) => order)).toEqual([2, 5])
    expect(nextToSend(queue)?.order).toBe(3)
    expect(nextToSend(queue.slice(0, 2))).toBeNull()
  })

  it('does not wait behind a refused photo', () => {
    const queue = [entry(1, photo, { refusal }), entry(2, stepped('arrive'))]
    expect(nextToSend(queue)?.order).toBe(2)
  })

  it('does not wait for a refusal of what was done later', () => {
    const queue = [entry(1, stepped('accept')), entry(2, stepped('depart'), { refusal })]
    expect(nextToSend(queue)?.order).toBe(1)
  })
})

describe('costs that two people wrote', () => {
  const other = { ...line, name: '上门' }
  it('are merged: theirs, then what he added', () => {
    expect(mergedCosts([line, { ...line, name: '阀门' }], [line], [other])).toEqual([other, { ...line, name: '阀门' }])
  })

  it('differ only where somebody else wrote something that is not wanted', () => {
    const job = { cause: '', measure: '', costs: [{ ...other, amountFen: 500 }] }
    expect(differing(job, { costs: [] }, { costs: [line] })).toEqual({ costs: [other] })
    expect(differing(job, { costs: [other] }, { costs: [line] })).toBeNull()
    expect(differing(job, { costs: [] }, { costs: [other] })).toBeNull()
    expect(differing({ ...job, cause: '堵塞' }, { cause: '' }, { cause: '老化' })).toEqual({ cause: '堵塞' })
  })
})

describe('how a job stands', () => {
  it('is what it will be once all that waits has arrived', () => {
    const ticket = ticketView('1', { state: 'assigned', assignee: 'zhang', actions: ['accept', 'decline', 'contact'] })
    const queue = [stepped('accept'), stepped('depart'), photo].map((deed, order) => entry(order, deed, { job: '1' }))
    expect(standingOf(ticket, false, queue)).toMatchObject({ state: 'en_route', main: 'arrive', isBlocked: false })
    const refused = queue.map((each) => ({ ...each, refusal }))
    expect(standingOf(ticket, false, refused)).toMatchObject({ state: 'assigned', main: 'accept' })
  })

  it('offers what the service allows, in each state', () => {
    const bare = { kind: 'repair', problems: [], priority: 'critical', commitments: [], job: { signatures: [] } }
    for (const state of TICKET_STATES) {
      const main = MAIN_STEP[state]
      if (main === null || state === 'pending_dispatch') continue
      expect([state, allowedActions({ ...bare, state } as unknown as Ticket)]).toEqual([
        state,
        expect.arrayContaining([main]),
      ])
    }
  })

  it('says that something else comes first where the service does not allow the step', () => {
    const ticket = ticketView('1', { state: 'accepted', assignee: 'zhang', actions: ['decline'] })
    expect(standingOf(ticket, false, [])).toMatchObject({ main: 'depart', isBlocked: true, others: ['decline'] })
  })

  it('is pressed by no clock that he has told already', () => {
    const ticket = ticketView('1', { clocks: [clockView('arrive', 600_000), clockView('complete', 7_200_000)] })
    expect(pressingNow(ticket, standingOf(ticket, false, []))?.milestone).toBe('arrive')
    const told = standingOf(ticket, false, [entry(1, stepped('arrive'), { job: '1' })])
    expect(pressingNow(ticket, told)?.milestone).toBe('complete')
  })

  it('knows what the desk has told for him, but nothing that he wrote or that was signed', () => {
    const ticket = { state: 'on_site', assignee: 'zhang' } as const
    expect(isBehind(ticket, entry(1, stepped('depart')))).toBe(true)
    expect(isBehind(ticket, entry(1, stepped('complete')))).toBe(false)
    expect(isBehind({ ...ticket, state: 'assigned' }, entry(1, stepped('accept')))).toBe(false)
    expect(isBehind({ ...ticket, assignee: 'li' }, entry(1, stepped('accept')))).toBe(false)
  })
})

describe('his list', () => {
  const call = { at: '2026-11-23T02:00:00.000Z', reason: 'escalation' as const }
  it('has those first that he may take, each part with the least time left first', () => {
    const item = (id: string, rest: object, dueMs: number) =>
      jobOf({ ...ticketView(id, { clocks: [clockView('arrive', dueMs)], ...rest }), called: null }, null, 'zhang', [])
    const own = (state: 'accepted' | 'assigned') => ({ state, assignee: 'zhang' })
    const jobs = [item('a', own('accepted'), 9e5), item('b', own('accepted'), 3e5), item('c', own('assigned'), 6e5)]
    const { open, own: taken } = inOrder(jobs)
    expect([open, taken].map((part) => part.map(({ ticket }) => ticket.id))).toEqual([['c'], ['b', 'a']])
  })

  it('lets go of what somebody else has taken, unless something of his waits there', () => {
    const offered = { ...ticketView('1', { state: 'assigned', assignee: 'li' }), called: call }
    expect(isHis(jobOf(offered, null, 'zhang', []), 'zhang')).toBe(true)
    const taken = ticketView('1', { state: 'accepted', assignee: 'li', updatedAt: '2026-11-23T02:01:00.000Z' })
    expect(isHis(jobOf(offered, taken, 'zhang', []), 'zhang')).toBe(false)
    expect(isHis(jobOf(offered, taken, 'zhang', [entry(1, stepped('accept'), { job: '1' })]), 'zhang')).toBe(true)
  })
})

describe('a photo', () => {
  it('keeps its shape within the largest side, and grows never', () => {
    expect(scaledSize(4_000, 3_000)).toEqual({ width: 1_600, height: 1_200 })
    expect(scaledSize(3_000, 4_000)).toEqual({ width: 1_200, height: 1_600 })
    expect(scaledSize(800, 600)).toEqual({ width: 800, height: 600 })
    expect(scaledSize(20_000, 1)).toEqual({ width: SIDE_MAX_PX, height: 1 })
    expect(BYTES_MAX).toBe(819_200)
  })
})

describe('a signature', () => {
  const frame = { width: 300, height: 200 }
  it('is what the service takes, whatever the finger does', () => {
    const points = [
      [10, 10],
      [10.4, 10.2],
      [500, 90],
      [-20, 400],
    ] as const
    const stroke = points.reduce<readonly number[]>((drawn, [x, y]) => withPoint(drawn, x, y, frame), [])
    expect(stroke).toEqual([10, 10, 300, 90, 0, 200])
    expect(drawingFault(drawingOf([stroke], frame.width, frame.height))).toBeNull()
    expect(isDrawn([stroke])).toBe(true)
    expect(isDrawn([[5, 5]])).toBe(false)
    expect(pathOf([stroke, [5, 5]])).toBe('M10 10L300 90 0 200M5 5h0')
  })

  it('is turned with the phone, neither distorted nor cut', () => {
    const drawing = { ...frame, strokes: [[0, 0, 300, 200]] }
    const turned = fitted(drawing, 600, 200)
    expect(turned).toEqual({ width: 600, height: 200, strokes: [[150, 0, 450, 200]] })
    const there = fitted(drawing, 150, 400)
    expect(there.strokes).toEqual([[0, 150, 150, 250]])
    expect(drawingFault(there)).toBeNull()
  })

  it('fits the frame that the service takes, on a very large screen too', () => {
    expect(drawingFault(drawingOf([[0, 0, 9_000, 4_000]], 9_000, 4_000))).toBeNull()
  })
})

describe('money', () => {
  it('is read as people type it', () => {
    expect(['12.5', '12,50', '12', ' 0.05 ', '12.', '1.234', '-1', 'x', ''].map(fenOf)).toEqual([
      1_250,
      1_250,
      1_200,
      5,
      1_200,
      null,
      null,
      null,
      null,
    ])
    expect(['2.5', '0,125', '3', '1.2345', 'a'].map(quantityOf)).toEqual([2.5, 0.125, 3, null, null])
    expect(yuanOf(4_625)).toBe('46.25')
  })

  it('is worked out as the service does it', () => {
    for (const quantity of [0.001, 0.125, 2.5, 3.333, 999.999]) {
      for (const unitPriceFen of [1, 99, 1_850, 123_457]) {
        expect(lineFen({ quantity, unitPriceFen })).toBe(serviceLineFen({ ...line, quantity, unitPriceFen }))
      }
    }
  })
})
