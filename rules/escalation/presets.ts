import { type EscalationPolicy, type EscalationStep, MINUTE_MS } from '../model.ts'

/** The ladders of a new installation: data, the owner's to edit. */

/** The figures of the house's own ten minutes to the door. */
const property: readonly EscalationStep[] = [
  {
    name: { zh: '呼叫值班人员', en: 'The crew on duty' },
    afterMs: 0,
    unless: 'accept',
    whom: [{ onDuty: 'assigned' }],
  },
  {
    name: { zh: '3 分钟未接单', en: 'Not accepted after 3 minutes' },
    afterMs: 3 * MINUTE_MS,
    unless: 'accept',
    whom: [{ onDuty: 'next' }, { role: 'supervisor' }],
    passesOn: true,
    note: 'who has not answered by then leaves the next seven minutes for the way',
  },
  {
    name: { zh: '6 分钟未到场', en: 'Not on site after 6 minutes' },
    afterMs: 6 * MINUTE_MS,
    unless: 'arrive',
    whom: [{ role: 'engineering_manager' }],
    note: 'accepted or not: four minutes are left to send somebody else',
  },
  {
    name: { zh: '10 分钟未到场，已超时', en: 'Not on site after 10 minutes: breached' },
    afterMs: 10 * MINUTE_MS,
    unless: 'arrive',
    whom: [{ role: 'general_manager' }],
    everyMs: 5 * MINUTE_MS,
  },
]

const fallback = [{ role: 'general_manager' }, { role: 'supervisor' }]

const defaultPolicy: EscalationPolicy = {
  id: 'default',
  name: { zh: '紧急工单升级', en: 'Emergencies' },
  sites: null,
  covers: { priorities: ['critical'] },
  rank: 100,
  steps: property,
  fallback,
}

/** Passengers are trapped: the three levels of DB1503/T 0018-2023, and the firm's 30 minutes in cities of TSG T5002. */
const rescue: readonly EscalationStep[] = [
  {
    name: { zh: '一级响应：维保单位', en: 'Level 1: the maintenance firm' },
    afterMs: 0,
    unless: 'arrive',
    unlessParty: 'maintenance_firm',
    whom: [{ role: 'maintenance_firm' }],
    note: 'at once, beside the crew on duty, who talk to the passengers and never open the lift without training',
  },
  {
    name: { zh: '二级响应：物业等救援机构', en: 'Level 2: the property and other rescuers' },
    afterMs: 15 * MINUTE_MS,
    unless: 'arrive',
    unlessParty: 'maintenance_firm',
    whom: [{ role: 'maintenance_firm' }, { role: 'supervisor' }, { role: 'engineering_manager' }],
    note: 'ours: half of the 30 minutes, so that trained rescuers nearby can be asked before they are over',
  },
  {
    name: { zh: '三级响应：公安、消防', en: 'Level 3: police and fire service' },
    afterMs: 30 * MINUTE_MS,
    unless: 'arrive',
    unlessParty: 'maintenance_firm',
    whom: [{ role: 'fire_service' }, { role: 'general_manager' }],
    note: 'the firm has not come within its 30 minutes; the manager is told as well, for a person calls 119',
  },
]

const liftPolicy: EscalationPolicy = {
  id: 'lift',
  name: { zh: '电梯困人三级响应', en: 'Passengers trapped: three levels' },
  sites: null,
  covers: { categories: ['elevator'], problems: ['elevator.entrapment'] },
  rank: 50,
  steps: [...rescue, ...property].sort((a, b) => a.afterMs - b.afterMs),
  fallback,
}

export const shippedPolicies: readonly EscalationPolicy[] = [defaultPolicy, liftPolicy]
