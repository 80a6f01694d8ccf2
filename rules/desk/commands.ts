import type { Principal } from '../model.ts'
import type { ReportedTicket } from '../tickets/reported.ts'
import type { Work } from '../work.ts'
import { addPhoto, type NewPhoto, removePhoto } from './photos.ts'
import { registerReport, type ReportForRegister, reportTicket } from './register.ts'

export type DeskCommand =
  | ({ type: 'report_ticket' } & ReportedTicket)
  | { type: 'register_report'; report: ReportForRegister }
  | { type: 'add_photo'; photo: NewPhoto }
  | { type: 'remove_photo'; ticket: string; photo: string; reason: string }

export async function performDeskCommand(work: Work, command: DeskCommand, by: Principal) {
  switch (command.type) {
    case 'report_ticket':
      return { ticket: await reportTicket(work, command, by) }
    case 'register_report':
      return registerReport(work, command.report, by)
    case 'add_photo':
      return { photo: await addPhoto(work, command.photo, by) }
    case 'remove_photo':
      return { photo: await removePhoto(work, command, by) }
  }
}
