import type { TicketAction } from '../../../../rules/model.ts'
import type { TicketActionBody } from '../api/types.ts'

/** What must or may be said with an action; an action without a form is done at a press. */
export interface ActionForm {
  field: keyof TicketActionBody
  label: 'dialog.assignee' | 'dialog.signature' | 'dialog.reason' | 'dialog.note'
  required: boolean
}

const reason: ActionForm = { field: 'note', label: 'dialog.reason', required: false }

export const ACTION_FORMS: Partial<Record<TicketAction, ActionForm>> = {
  assign: { field: 'assignee', label: 'dialog.assignee', required: true },
  'sign-off': { field: 'signature', label: 'dialog.signature', required: true },
  cancel: { ...reason, required: true },
  hold: { ...reason, required: true },
  decline: reason,
  rework: reason,
  contact: { field: 'note', label: 'dialog.note', required: false },
}
