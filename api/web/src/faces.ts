import type { Role } from '../../../rules/model.ts'

/** Where somebody of a role begins: who only looks on the wall, who repairs in his hand, all others at the desk. */
export function homeOf(role: Role): string {
  if (role === 'viewer') return '/wall'
  return role === 'responder' ? '/jobs' : '/alarms'
}
