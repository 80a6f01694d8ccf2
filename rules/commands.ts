import { type AlarmCommand, performAlarmCommand } from './alarms/commands.ts'
import { performRuleEdit, type RuleEdit } from './alarms/rule-commands.ts'
import { type DeskCommand, performDeskCommand } from './desk/commands.ts'
import { type ControlDeviceCommand, performControlCommand } from './control/commands.ts'
import { type DrillCommand, performDrillCommand } from './drills/commands.ts'
import { performRosterCommand, type RosterCommand } from './dispatch/roster-commands.ts'
import { type CallInCommand, performCallInCommand } from './dispatch/call-in.ts'
import { explain, type ExplainCommand } from './jobs/explain.ts'
import { handOver, type HandOverCommand } from './jobs/hand-over.ts'
import { performTaskCommand, type SettleTaskCommand } from './jobs/tasks.ts'
import { type ComplaintCommand, performComplaintCommand } from './complaints/commands.ts'
import { type FollowUpCommand, performFollowUpCommand } from './follow-ups/commands.ts'
import type {
  Alarm,
  CallIn,
  ControlCommand,
  Device,
  Drill,
  FollowUp,
  Gateway,
  Intake,
  Mute,
  Notice,
  Photo,
  Principal,
  RainyDay,
  Site,
  StoredMapping,
  StoredPlan,
  StoredRule,
  Task,
  Survey,
  SurveyAnswer,
  Ticket,
} from './model.ts'
import { type MuteCommand, performMuteCommand } from './mutes/commands.ts'
import { type DeliveryCommand, makeTestNotices, recordDeliveries, type TestNoticeCommand } from './notify/commands.ts'
import { type AccessCommand, performAccessCommand } from './places/access.ts'
import { type DeviceCommand, performDeviceCommand } from './places/devices.ts'
import { type GatewayCommand, performGatewayCommand } from './places/gateways.ts'
import { type MappingCommand, performMappingCommand } from './places/mappings.ts'
import { type PlanCommand, performPlanCommand } from './plans/commands.ts'
import { performSiteCommand, type SiteCommand } from './places/sites.ts'
import { type JobCommand, performJobCommand } from './jobs/commands.ts'
import { performSurveyCommand, type SurveyCommand } from './surveys/commands.ts'
import { performTicketCommand, type TicketCommand } from './tickets/commands.ts'
import { performUseLink, type UseLinkCommand } from './tickets/use-link.ts'
import type { Work } from './work.ts'

/** Everything that a person or a program can ask for, beside what devices say. */
export type Command =
  | AlarmCommand
  | MuteCommand
  | DrillCommand
  | TicketCommand
  | JobCommand
  | DeskCommand
  | CallInCommand
  | ExplainCommand
  | HandOverCommand
  | SettleTaskCommand
  | UseLinkCommand
  | FollowUpCommand
  | ComplaintCommand
  | DeviceCommand
  | ControlDeviceCommand
  | GatewayCommand
  | SiteCommand
  | MappingCommand
  | RuleEdit
  | PlanCommand
  | RosterCommand
  | AccessCommand
  | DeliveryCommand
  | TestNoticeCommand
  | SurveyCommand

/** Plain JSON. `secret` is shown this once and stored hashed. */
export interface CommandResult {
  alarm?: Alarm
  mute?: Mute
  drill?: Drill
  ticket?: Ticket
  task?: Task
  callIn?: CallIn
  intake?: Intake
  photo?: Photo
  /** How many people could be told. */
  called?: number
  followUp?: FollowUp
  /** A new complaint about how the first one was answered. */
  followedBy?: Ticket
  rainyDay?: RainyDay
  /** How many follow-ups a rainy day opened. */
  opened?: number
  device?: Device
  control?: ControlCommand
  gateway?: Gateway
  site?: Site
  mapping?: StoredMapping
  rule?: StoredRule
  plan?: StoredPlan
  notices?: Notice[]
  survey?: Survey
  surveyAnswer?: SurveyAnswer
  username?: string
  secret?: string | null
  id?: string
}

export async function perform(work: Work, command: Command, by: Principal): Promise<CommandResult> {
  switch (command.type) {
    case 'acknowledge_alarm':
    case 'reset_alarm':
    case 'shelve_alarm':
    case 'unshelve_alarm':
    case 'comment_alarm':
      return performAlarmCommand(work, command, by)
    case 'plan_mute':
    case 'end_mute':
      return performMuteCommand(work, command, by)
    case 'start_drill':
    case 'end_drill':
      return performDrillCommand(work, command, by)
    case 'report_ticket':
    case 'register_report':
    case 'add_photo':
    case 'remove_photo':
      return performDeskCommand(work, command, by)
    case 'act_on_ticket':
      return performTicketCommand(work, command, by)
    case 'edit_job':
    case 'quote_job':
    case 'agree_quote':
    case 'decide_approval':
    case 'ask_consent':
    case 'decide_consent':
    case 'sign_job':
      return performJobCommand(work, command, by)
    case 'call_in':
    case 'answer_call_in':
      return performCallInCommand(work, command, by)
    case 'explain':
      return { ticket: await explain(work, command, by) }
    case 'hand_over':
      return { ticket: await handOver(work, command, by) }
    case 'settle_task':
      return { task: await performTaskCommand(work, command, by) }
    case 'use_link':
      return performUseLink(work, command)
    case 'attempt_follow_up':
    case 'answer_follow_up':
    case 'note_rainy_day':
      return performFollowUpCommand(work, command, by)
    case 'open_complaint':
    case 'respond_to_complaint':
    case 'settle_complaint':
    case 'close_complaint':
      return performComplaintCommand(work, command, by)
    case 'provision_device':
    case 'update_device':
    case 'retire_device':
    case 'adopt_device':
    case 'merge_device':
    case 'renew_credentials':
    case 'revoke_credentials':
      return performDeviceCommand(work, command, by)
    case 'control_device':
    case 'resend_controls':
      return performControlCommand(work, command, by)
    case 'add_gateway':
    case 'remove_gateway':
    case 'renew_gateway_login':
      return performGatewayCommand(work, command, by)
    case 'create_site':
    case 'update_site':
    case 'delete_site':
      return performSiteCommand(work, command, by)
    case 'save_mapping':
    case 'delete_mapping':
      return performMappingCommand(work, command, by)
    case 'save_rule':
    case 'delete_rule':
      return performRuleEdit(work, command, by)
    case 'save_plan':
    case 'delete_plan':
      return performPlanCommand(work, command, by)
    case 'override_duty':
    case 'end_override':
    case 'swap_shifts':
      return performRosterCommand(work, command, by)
    case 'add_token':
    case 'revoke_token':
    case 'start_session':
    case 'prolong_session':
    case 'end_session':
      return performAccessCommand(work, command, by)
    case 'open_survey':
    case 'close_survey':
    case 'answer_survey':
      return performSurveyCommand(work, command, by)
    case 'record_deliveries':
      return recordDeliveries(work, command)
    case 'make_test_notices':
      return makeTestNotices(work, command, by.name)
  }
}
