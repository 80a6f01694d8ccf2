import type { Principal, Ticket } from '../model.ts'
import type { Work } from '../work.ts'
import { type ApprovalCommand, decideApproval } from './approval.ts'
import { type ChargeCommand, performChargeCommand } from './charge.ts'
import { type ConsentCommand, performConsentCommand } from './consents.ts'
import { editJob, type EditJobCommand } from './edit.ts'
import { signJob, type SignCommand } from './signing.ts'

/** What is written into the work order (服务工作单), beside the steps of its ticket. */
export type JobCommand = EditJobCommand | ChargeCommand | ApprovalCommand | ConsentCommand | SignCommand

/** The ticket after it; `id` of a consent or signature that is new. */
export function performJobCommand(
  work: Work,
  command: JobCommand,
  by: Principal,
): Promise<{ ticket: Ticket; id?: string }> {
  switch (command.type) {
    case 'edit_job':
      return editJob(work, command, by)
    case 'quote_job':
    case 'agree_quote':
      return performChargeCommand(work, command, by)
    case 'decide_approval':
      return decideApproval(work, command, by)
    case 'ask_consent':
    case 'decide_consent':
      return performConsentCommand(work, command, by)
    case 'sign_job':
      return signJob(work, command, by)
  }
}
