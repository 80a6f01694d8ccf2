import { expect, it } from 'vitest'
import { checkPlan } from '../../../rules/plans/check.ts'
import { bookOf, crew, person, roster, rotation } from '../../support/roster.ts'

const around = (setup: Parameters<typeof bookOf>[0]) => ({ book: bookOf(setup), sites: new Map(), now: 0 })

it('a responder whom nothing reaches, with a channel that is not there, or who is still named, is warned of', () => {
  const { phone: _phone, ...silent } = person('p1')
  const lost = { ...silent, channels: ['sms'], enabled: false }
  const setup = { responder: [lost], roster: [roster([rotation('t', ['p1'])])] }
  const { errors, warnings } = checkPlan('responder', lost, around(setup))
  expect([errors, warnings.map(({ field }) => field)]).toEqual([[], ['phone', 'channels[0]', 'enabled']])
  expect(warnings[2]!.message).toContain('roster r1')
  expect(checkPlan('responder', { ...silent, mentions: { wecom: 'u1' } }, around({}))).toEqual({
    errors: [],
    warnings: [],
  })
})

it('a crew has members who exist and share its site; one who is disabled is warned of', () => {
  const responder = [person('p1'), person('away', { sites: ['river'] }), person('off', { enabled: false })]
  const { errors, warnings } = checkPlan('crew', crew('c', ['p1', 'ghost', 'away', 'off']), around({ responder }))
  expect(errors.map(({ field }) => field)).toEqual(['members[1]', 'members[2]'])
  expect(warnings.map(({ field }) => field)).toEqual(['members[3]'])
})
