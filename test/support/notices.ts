import type { Notice, Responder } from '../../rules/model.ts'

/** A queued notice of a call, as it is when nothing is said of it. */
export const noticeLike = (id: string, rest: Partial<Notice> = {}): Notice => ({
  id,
  channel: 'robot',
  address: '',
  recipient: null,
  kind: 'ticket.call',
  emergency: false,
  site: 'default',
  alarm: null,
  ticket: null,
  step: null,
  until: null,
  body: {},
  state: 'queued',
  dueAt: 0,
  attempts: 0,
  reason: null,
  createdAt: 0,
  settledAt: null,
  otherwise: [],
  otherwiseAt: null,
  insteadOf: null,
  gatheredIn: null,
  ...rest,
})

export const responderLike = (id: string, rest: Partial<Responder> = {}): Responder => ({
  id,
  name: id,
  sites: ['default'],
  skills: ['water'],
  roles: [],
  language: 'zh',
  enabled: true,
  ...rest,
})
