import type { Migration } from 'kysely'
import * as first from './0001-first.ts'
import * as realDevices from './0002-real-devices.ts'
import * as mappings from './0003-mappings.ts'
import * as commands from './0004-commands.ts'
import * as recent from './0005-recent.ts'
import * as alarms from './0006-alarms.ts'
import * as mutes from './0007-mutes.ts'
import * as alarmReports from './0008-alarm-reports.ts'
import * as flood from './0009-flood.ts'
import * as rules from './0010-rules.ts'
import * as evaluation from './0011-evaluation.ts'
import * as dispatch from './0012-dispatch.ts'
import * as jobs from './0013-jobs.ts'
import * as promises from './0014-promises.ts'
import * as signedFor from './0015-signed-for.ts'
import * as drills from './0016-drills.ts'
import * as alarmRate from './0017-alarm-rate.ts'
import * as idempotencyEnds from './0018-idempotency-ends.ts'

/** In order. A migration that has run anywhere is never edited: what comes next is a new one. */
export const migrations: Record<string, Migration> = {
  '0001-first': first,
  '0002-real-devices': realDevices,
  '0003-mappings': mappings,
  '0004-commands': commands,
  '0005-recent': recent,
  '0006-alarms': alarms,
  '0007-mutes': mutes,
  '0008-alarm-reports': alarmReports,
  '0009-flood': flood,
  '0010-rules': rules,
  '0011-evaluation': evaluation,
  '0012-dispatch': dispatch,
  '0013-jobs': jobs,
  '0014-promises': promises,
  '0015-signed-for': signedFor,
  '0016-drills': drills,
  '0017-alarm-rate': alarmRate,
  '0018-idempotency-ends': idempotencyEnds,
}
