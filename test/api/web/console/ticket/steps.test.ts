import { describe, expect, it } from 'vitest'
import type { TicketDetailView } from '../../../../../api/web/src/api/types.ts'
import { dialling } from '../../../../../api/web/src/console/ticket/phone.ts'
import { formOf, possibleSteps, requestOf } from '../../../../../api/web/src/console/ticket/steps.ts'
import { choicesOf, limitsOf } from '../../../../../api/web/src/console/ticket/readings.ts'
import { clockView, ticketView } from '../../views.ts'

const ticket = (changes: object = {}) =>
  ({
    ...ticketView('1'),
    job: { signatures: [] },
    history: [],
    recurrences: [],
    ...changes,
  }) as unknown as TicketDetailView

describe('the steps of a ticket', () => {
  it('offer the arrival of the firm while it is owed', () => {
    const firm = { ...clockView('arrive', 60_000), party: 'maintenance_firm' as const }
    expect(possibleSteps(ticket({ clocks: [firm] })).others).toEqual(['cancel', 'firm-arrive'])
    expect(possibleSteps(ticket({ clocks: [{ ...firm, state: 'met' }] })).others).toEqual(['cancel'])
    expect(requestOf('firm-arrive', {})).toEqual({ action: 'arrive', body: { party: 'maintenance_firm' } })
  })

  it('ask for a signer, unless he has signed by hand', () => {
    const required = (signatures: unknown[]) =>
      formOf('sign-off', ticket({ job: { signatures } }))!.fields.find(({ name }) => name === 'signature')!.required
    expect([required([]), required([{}])]).toEqual([true, false])
    expect(formOf('cancel', ticket())!.hurts).toBe(true)
    expect(formOf('hold', ticket())!.fields[0]!.required).toBe(true)
    expect(formOf('accept', ticket())).toBeNull()
  })

  it('send what was typed without what is around it, and nothing that is empty', () => {
    expect(requestOf('complete', { cause: '  水管爆裂 ', measure: ' ' })).toEqual({
      ...{ action: 'complete', body: { cause: '水管爆裂' } },
    })
  })
})

describe('a telephone number', () => {
  it('can be dialled where it is one', () => {
    expect(dialling('+86 138-0000 0001')).toBe('tel:+8613800000001')
    expect([dialling('javascript:alert(1)'), dialling('12'), dialling(null), dialling('')]).toEqual([
      ...[null, null, null, null],
    ])
  })
})

describe('readings around a ticket', () => {
  it('begin with the points that its alarms compare with limits', () => {
    const known = (value: unknown) => ({ value, unit: 'V', at: '' })
    const points = { 'power.active': known(1), 'voltage.l1': known(2), 'voltage.l2': known(3), label: known('x') }
    const reading = (point: string, thresholds: object[]) => ({ point, value: 1, thresholds })
    const why = { readings: [reading('voltage.l2', []), reading('voltage.l1', [{}]), reading('gone', [{}])] }
    const behind = new Map([['a', { why }]])
    const choices = choicesOf({ points } as never, [{ id: 'a' }] as never, behind as never)
    expect(choices).toEqual(['voltage.l1', 'voltage.l2', 'power.active'])
  })

  it('have each limit once, as one that raises where it is both', () => {
    const words = { threshold: (value: number) => `raise ${value}`, clear: (value: number) => `clear ${value}` }
    const limit = (value: number, of: 'raise' | 'clear') => ({ value, of })
    const limits = limitsOf([limit(5, 'clear'), limit(9, 'raise'), limit(5, 'raise'), limit(4, 'clear')], words)
    expect(limits.map(({ label }) => label)).toEqual(['raise 9', 'raise 5', 'clear 4'])
  })
})
