import type { Notice } from '../model.ts'

/** Where a notice can go. Rejects with the reason when it did not get there. */
export interface Channel {
  name: string
  send(notice: Notice): Promise<void>
}
