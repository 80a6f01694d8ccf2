import type { Notice } from '../model.ts'
import { saveDelivery } from '../storage/outbox.ts'
import type { Work } from '../work.ts'

/** What became of notices that were tried. */
export interface DeliveryCommand {
  type: 'record_deliveries'
  notices: readonly Notice[]
}

export async function recordDeliveries(work: Work, command: DeliveryCommand): Promise<Record<string, never>> {
  for (const notice of command.notices) await saveDelivery(work.db, notice)
  return {}
}
