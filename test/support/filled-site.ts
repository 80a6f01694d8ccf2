import type { FollowUp, Intake, Job, Ticket } from '../../rules/model.ts'
import { transaction } from '../../rules/storage/connect.ts'
import { saveFollowUp } from '../../rules/storage/follow-ups.ts'
import { insertPhoto } from '../../rules/storage/photos.ts'
import { signedForHash } from '../../rules/jobs/signed-for.ts'
import { insertSignature } from '../../rules/storage/signatures.ts'
import { saveTicket } from '../../rules/storage/tickets.ts'
import { type EngineBench, HOUR, MINUTE, START } from './engine.ts'
import { register } from './residents.ts'

/** Rows as the desk, the door and the call afterwards leave them, for what only reads them. */

export async function reportedJob(bench: EngineBench, rest: Partial<Job> = {}): Promise<Ticket> {
  const { ticket } = await bench.command({
    type: 'report_ticket',
    ...{
      site: 'default',
      category: 'water_leak',
      title: '厨房水管漏水',
      description: '橱柜下有积水',
      location: '3 号楼 1502',
    },
    ...{ priority: 'high', device: null, kind: 'repair', size: 'small', problems: [] },
    reporter: { name: '王女士', phone: '13800000001', channel: 'telephone' },
  })
  const done = await bench.walk(ticket!.id, 'complete')
  const written = { ...done, job: { ...done.job, ...rest } }
  await transaction(bench.store.writer, (db) => saveTicket(db, written))
  return written
}

export const WRITTEN: Partial<Job> = {
  charge: { paid: true, quotedFen: 12_050, agreed: { name: '王女士', at: START, by: '前台' } },
  approval: { state: 'given', askedBy: '前台', askedAt: START, by: '赵主任', at: START + MINUTE, note: '同意' },
  consents: [
    {
      id: 'c1',
      what: '更换橱柜背板',
      state: 'given',
      askedBy: 'Li',
      askedAt: START,
      by: '部门主管',
      at: START,
      note: '',
    },
  ],
  arrival: { at: START + 8 * MINUTE, by: 'Li', way: 'code', place: null, device: 'leak-1' },
  costs: [
    { kind: 'material', name: 'PPR 管 25', quantity: 1.005, unit: '米', unitPriceFen: 100 },
    { kind: 'labour', name: '维修工时', quantity: 2, unit: '小时', unitPriceFen: 5_000 },
  ],
  cause: '接头老化开裂',
  measure: '更换接头与一段水管\n试压 30 分钟无渗漏',
  explanations: [{ at: START + HOUR, by: 'Li', reason: '缺配件', plan: '明早九点更换', way: 'telephone' }],
  warrantyUntil: START + 90 * 24 * HOUR,
}

export function intakeOf(ticket: Ticket, rest: Partial<Intake> = {}): Intake {
  return {
    ...{ id: '01KXINTAKE0000000000000001', number: 'BX20261123-0001', site: ticket.site, receivedAt: START },
    ...{
      occurredAt: null,
      formDate: null,
      channel: 'telephone',
      takenBy: '前台小陈',
      name: '王女士',
      phone: '13800000001',
    },
    ...{ household: '3-1502', location: '3 号楼 1502 厨房', text: '厨房水管漏水', category: 'water_leak' },
    ...{ priority: 'high', size: 'small', paid: true, appointmentAt: START + HOUR, progress: 'sms' },
    ...{ ticket: ticket.id, joined: false },
    ...rest,
  }
}

export function followUpOf(ticket: Ticket, rest: Partial<FollowUp> = {}): FollowUp {
  return {
    ...{ id: '01KXFOLLOWUP00000000000001', site: ticket.site, ticket: ticket.id, state: 'done' },
    rule: { due: { afterMs: 24 * HOUR }, ways: ['telephone'], quote: '24小时内回访' },
    ...{ completedAt: START, dueAt: START + 24 * HOUR, rainyDay: null, attempts: [] },
    answer: {
      ...{ at: START, by: '客服小周', way: 'telephone', grade: 2, reason: '来得晚', faults: ['lateness', 'quality'] },
      ...{ rework: null, complaint: null, apology: 'task-1' },
    },
    ...rest,
  }
}

export async function write(
  bench: EngineBench,
  rows: { intakes?: readonly Intake[]; followUps?: readonly FollowUp[]; proofOf?: Ticket },
): Promise<void> {
  const { intakes = [], followUps = [], proofOf } = rows
  for (const intake of intakes) await register(bench, intake)
  await transaction(bench.store.writer, async (db) => {
    for (const followUp of followUps) await saveFollowUp(db, followUp)
    if (proofOf === undefined) return
    const drawing = {
      width: 300,
      height: 100,
      strokes: [
        [10, 60, 60, 20, 90, 80, 140, 30],
        [200, 50],
      ],
    }
    const signed = { at: START + 2 * HOUR, by: 'Li', drawn: true, drawing, signedFor: signedForHash(proofOf) }
    const early = { drawing: null, signedFor: 'beef'.repeat(16) }
    await insertSignature(db, proofOf.id, { id: 's1', signer: 'customer', name: '王女士', ...signed })
    await insertSignature(db, proofOf.id, { id: 's2', signer: 'responder', name: '李伟', ...signed, ...early })
    const photo = {
      site: proofOf.site,
      ticket: proofOf.id,
      type: 'image/jpeg',
      sizeBytes: 1,
      sha256: '',
      by: 'Li',
    } as const
    await insertPhoto(db, { id: 'p1', kind: 'before', caption: '接头开裂', at: START, ...photo })
    await insertPhoto(db, { id: 'p2', kind: 'after', caption: '已更换', at: START + HOUR, ...photo })
  })
}
