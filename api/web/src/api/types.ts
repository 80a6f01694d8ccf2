import type { z } from '@hono/zod-openapi'
import type { Role, TicketAction } from '../../../../rules/model.ts'
import type { alarmEntrySchema } from '../../../routes/alarms.ts'
import type { jobSchema, recurrenceSchema, relatedSchema } from '../../../routes/job-view.ts'
import type { ownJobSchema } from '../../../routes/jobs.ts'
import type { photoSchema } from '../../../routes/photos.ts'
import type {
  alarmSchema,
  clockSchema,
  deviceSchema,
  drillSchema,
  faultSchema,
  historySchema,
  siteSchema,
  ticketSchema,
} from '../../../routes/schemas.ts'

/** What the API sends, as JSON: the routes' own schemas, so that a route that changes is told here by the compiler. */

export type TicketView = z.infer<typeof ticketSchema>
export type TicketClockView = z.infer<typeof clockSchema>
export type TicketCommandView = TicketView['commands'][number]
export type HistoryView = z.infer<typeof historySchema>
export type JobView = z.infer<typeof jobSchema>
export type RecurrenceView = z.infer<typeof recurrenceSchema>
export type RelatedView = z.infer<typeof relatedSchema>
export type TicketDetailView = TicketView & {
  job: JobView
  recurrences: readonly RecurrenceView[]
  related: readonly RelatedView[]
  history: readonly HistoryView[]
}
/** A job of the responder who asks. */
export type OwnJobView = z.infer<typeof ownJobSchema>
export type CostLineView = JobView['costs'][number]
export type PhotoView = z.infer<typeof photoSchema>
export type AlarmView = z.infer<typeof alarmSchema>
/** What became of an alarm, or what somebody did or said. */
export type AlarmEntryView = z.infer<typeof alarmEntrySchema>
export type ShownAlarmState = AlarmView['state']
export type DeviceView = z.infer<typeof deviceSchema>
/** A drill (演练): what its devices say meanwhile is for exercise. */
export type DrillView = z.infer<typeof drillSchema>
export type SiteInfo = z.infer<typeof siteSchema>
export type FieldFault = z.infer<typeof faultSchema>

export interface SessionInfo {
  name: string
  role: Role
  /** `null` for all sites. */
  sites: readonly string[] | null
}

export interface Titles {
  zh: string
  en: string
}

export interface Page<T> {
  items: readonly T[]
  next: string | null
}

export interface TicketActionBody {
  note?: string
  assignee?: string
  signature?: string
  cause?: string
  measure?: string
  /** Of a device's label. */
  code?: string
  /** Of `arrive`: whose arrival it is, where it is not the property's own. */
  party?: 'maintenance_firm'
  place?: { latitude: number; longitude: number; accuracyM: number | null }
}

export type AlarmAction = 'acknowledge' | 'reset' | 'shelve' | 'unshelve' | 'comment'
export type Action = TicketAction | AlarmAction

/** One event of `GET /api/v1/live`. */
export type LiveEvent =
  | {
      type: 'snapshot'
      serverTime: string
      tickets: readonly TicketView[]
      alarms: readonly AlarmView[]
      drills: readonly DrillView[]
    }
  | { type: 'ticket'; serverTime: string; ticket: TicketView }
  | { type: 'alarm'; serverTime: string; alarm: AlarmView }
  | { type: 'drill'; serverTime: string; drill: DrillView }
  | { type: 'time'; serverTime: string }
