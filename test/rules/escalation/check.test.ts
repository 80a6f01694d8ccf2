import { describe, expect, it } from 'vitest'
import { checkEscalation } from '../../../rules/escalation/check.ts'
import { shippedPolicies } from '../../../rules/escalation/presets.ts'
import { escalationSchema } from '../../../rules/escalation/schema.ts'
import type { EscalationPolicy, EscalationStep, StoredPlan } from '../../../rules/model.ts'
import { withPlan } from '../../../rules/plans/book.ts'
import { MINUTE } from '../../support/engine.ts'
import { policy, step } from '../../support/ladder.ts'
import { SMS } from '../../support/people.ts'
import { bookOf, crew, person, roster, rotation, type Setup, SHANGHAI } from '../../support/roster.ts'

const channel: StoredPlan<'channel'> = {
  ...{ kind: 'channel', id: SMS.id, plan: SMS, version: 1, updatedAt: 0, updatedBy: 'admin' },
}

const judge = (of: EscalationPolicy, setup: Setup, sites = ['default']) =>
  checkEscalation(of, {
    book: withPlan(bookOf(setup), 'channel', SMS.id, channel),
    sites: new Map(sites.map((site) => [site, { timezone: SHANGHAI }])),
    now: 0,
  })
const errors = (of: EscalationPolicy, setup: Setup = { responder: [person('a')] }) =>
  judge(of, setup).errors.map(({ field, message }) => `${field}: ${message}`)
const warnings = (of: EscalationPolicy, setup: Setup, sites?: string[]) =>
  judge(of, setup, sites).warnings.map(({ field, message }) => `${field}: ${message}`)

const role = (id: string, name: string, site = 'default') => person(id, { roles: [name], sites: [site] })

describe('a policy', () => {
  it('that is shipped is valid, and is never refused for whom a property has not set up yet', () => {
    for (const each of shippedPolicies) {
      expect(escalationSchema.parse(each)).toEqual(each)
      expect(errors(each, {})).toEqual([])
    }
  })

  it('is refused where its steps are out of order, or name who or what is not there', () => {
    const steps = [
      step(MINUTE, { whom: [{ responder: 'a' }, { responder: 'ghost' }], channels: ['sms', 'pigeon'] }),
      step(0, { whom: [{ crew: 'c1' }] }),
    ]
    expect(errors(policy(steps, { fallback: [{ responder: 'gone' }] }))).toEqual([
      'steps[1].afterMs: comes before the step above it (60000 ms); put the steps in the order of their times',
      'steps[0].whom[1]: ghost does not exist; add it first',
      'steps[1].whom[0]: c1 does not exist; add it first',
      'fallback[0]: gone does not exist; add it first',
      'steps[0].channels[1]: pigeon does not exist; add it first',
    ])
  })

  it('is refused where a step waits for what is never told of the maintenance firm', () => {
    const firms = (unless: 'arrive' | 'accept' | null) => step(0, { unless, unlessParty: 'maintenance_firm' })
    expect(errors(policy([firms('arrive'), firms('accept'), firms(null)]))).toEqual([
      expect.stringMatching(/^steps\[1].unless: only the arrival/),
      expect.stringMatching(/^steps\[2].unless: only the arrival/),
    ])
  })

  it('is refused where all are named by name and none of them can be reached', () => {
    const { phone: _phone, ...mute } = person('mute')
    const setup = { responder: [mute, person('left', { enabled: false })], crew: [crew('c1', ['mute'])] }
    const of = policy([step(0, { whom: [{ responder: 'left' }, { crew: 'c1' }] })])
    expect(errors(of, setup)).toEqual([expect.stringMatching(/^steps: nobody who is named can be reached/)])
    expect(errors({ ...of, fallback: [{ role: 'supervisor' }] }, setup)).toEqual([])
    expect(errors(of, { ...setup, responder: [mute, person('left')] })).toEqual([])
  })

  it('is warned of for each site where a step reaches nobody, or a role has nobody', () => {
    const steps = [
      step(0, { whom: [{ onDuty: 'assigned' }] }),
      step(1, { whom: [{ responder: 'a' }, { role: 'chief' }] }),
    ]
    const responder = [person('a'), role('b', 'chief', 'river')]
    const of = policy(steps)
    expect(warnings(of, { responder }, ['default', 'river'])).toEqual([
      'steps[0].whom: site default: neither this step nor the fallback reaches anybody',
      'steps[1].whom: site default: nobody who can be reached has the role chief',
      'steps[0].whom: site river: neither this step nor the fallback reaches anybody',
    ])
    expect(warnings(of, { responder, roster: [roster([rotation('r', ['a'])])] })).toEqual([
      'steps[1].whom: site default: nobody who can be reached has the role chief',
    ])
    expect(warnings({ ...of, sites: ['river'], fallback: [{ role: 'chief' }] }, { responder })).toEqual([])
    expect(warnings(policy([step(0)]), {})).toEqual(['steps: site default: no people are set up to be called'])
  })
})

describe('the schema of a policy', () => {
  const faultsOf = (change: Partial<EscalationStep>) =>
    escalationSchema.safeParse(policy([step(0, change)])).error?.issues.map(({ path }) => path.join('.'))

  it.each([
    ['steps.0.afterMs', { afterMs: -1 }],
    ['steps.0.afterMs', { afterMs: 7 * 24 * 60 * MINUTE + 1 }],
    ['steps.0.everyMs', { everyMs: MINUTE - 1 }],
    ['steps.0.everyMs', { everyMs: 24 * 60 * MINUTE + 1 }],
    ['steps.0.whom', { whom: [] }],
    ['steps.0.whom', { whom: Array<{ role: string }>(21).fill({ role: 'x' }) }],
    ['steps.0.whom.0', { whom: [{ role: 'x', crew: 'y' } as never] }],
    ['steps.0.name.en', { name: { zh: '一', en: '' } }],
  ])('refuses a wrong %s', (field, change) => {
    expect(faultsOf(change)).toEqual([field])
  })

  it('takes one to thirty steps', () => {
    const count = (steps: number) => escalationSchema.safeParse(policy(Array(steps).fill(step(0)))).success
    expect([0, 1, 30, 31].map(count)).toEqual([false, true, true, false])
  })
})
