import { z } from '@hono/zod-openapi'
import type { Engine } from '../../rules/engine.ts'
import { lineFen, totalFen } from '../../rules/jobs/costs.ts'
import { standingRequest } from '../../rules/jobs/cancel.ts'
import { isEmergency } from '../../rules/jobs/ready.ts'
import {
  ARRIVAL_WAYS,
  COST_KINDS,
  type Decision,
  type Signature,
  SIGNERS,
  type Ticket,
  TICKET_STATES,
} from '../../rules/model.ts'
import { type RelatedTicket, RELATIONS } from '../../rules/storage/proof.ts'
import type { Earlier } from '../../rules/storage/recurrences.ts'
import { iso, isoOrNull } from '../iso.ts'
import { time } from './schemas.ts'
import { responderName } from './views.ts'

/** The work order of a ticket (服务工作单) as the API shows it. Money in fen. */

const decision = {
  state: z.enum(['asked', 'given', 'refused']),
  askedBy: z.string(),
  askedAt: time,
  by: z.string().nullable(),
  byName: z.string().nullable().openapi({ description: "the responder's name, else as `by`" }),
  at: time.nullable(),
  note: z.string(),
}

export const consentSchema = z.object({ id: z.string(), what: z.string(), ...decision }).openapi('Consent')

export const signatureSchema = z
  .object({
    id: z.string(),
    signer: z.enum(SIGNERS),
    name: z.string(),
    at: time,
    by: z.string(),
    drawn: z.boolean().openapi({ description: 'whether there is a drawing: signatures/{id}.svg' }),
    signedFor: z
      .string()
      .nullable()
      .openapi({
        description:
          'SHA-256, hexadecimal, of what was signed for, {"cause","completedAt","costs":[{"kind","name","quantity",' +
          '"unit","unitPriceFen"}],"measure","number"}, as JSON without spaces (RFC 8785); null: it was not kept then',
      }),
  })
  .openapi('Signature')

const fen = z.int().openapi({ description: 'fen (分), 100 to a yuan' })

export const jobSchema = z
  .object({
    version: z.int().openapi({ description: 'counts the edits of its texts; the ETag' }),
    charge: z.object({
      paid: z.boolean(),
      quotedFen: fen.nullable().openapi({ description: 'null: the price was not told yet' }),
      agreed: z.object({ name: z.string(), at: time, by: z.string() }).nullable(),
    }),
    approval: z
      .object({
        ...decision,
        needed: z.boolean().openapi({ description: 'false: an emergency by now, which nothing holds up' }),
      })
      .nullable()
      .openapi({ description: 'null: nobody has to approve it' }),
    consents: z.array(consentSchema),
    arrival: z
      .object({
        at: time,
        by: z.string(),
        way: z.enum(ARRIVAL_WAYS),
        place: z.object({ latitude: z.number(), longitude: z.number(), accuracyM: z.number().nullable() }).nullable(),
        device: z.string().nullable().openapi({ description: 'whose label was read' }),
      })
      .nullable(),
    costs: z.array(
      z.object({
        kind: z.enum(COST_KINDS),
        name: z.string(),
        quantity: z.number(),
        unit: z.string(),
        unitPriceFen: fen,
        amountFen: fen.openapi({ description: 'quantity times price, half a fen rounded up' }),
      }),
    ),
    totalFen: fen.openapi({ description: 'of all lines; of free work nobody is charged it' }),
    cause: z.string(),
    measure: z.string(),
    signatures: z.array(signatureSchema),
    explanations: z.array(
      z.object({ at: time, by: z.string(), reason: z.string(), plan: z.string(), way: z.string() }),
    ),
    cancelAsked: z.object({ by: z.string(), at: time, note: z.string() }).nullable(),
    completedAt: time.nullable(),
    warrantyUntil: time.nullable().openapi({ description: 'rework is free until then; null: always' }),
    complaint: z
      .object({
        about: z.string().nullable(),
        followUp: z.string().nullable(),
        channel: z.string(),
        answer: z.string(),
        cause: z.string(),
        prevention: z.string(),
      })
      .nullable(),
  })
  .openapi('Job')

export const recurrenceSchema = z.object({
  id: z.string(),
  number: z.string(),
  openedAt: time,
  title: z.string(),
  titles: z.object({ zh: z.string(), en: z.string() }),
})

export const relatedSchema = z.object({
  id: z.string(),
  number: z.string(),
  state: z.enum(TICKET_STATES),
  openedAt: time,
  relation: z.enum(RELATIONS),
})

export const relatedView = (related: RelatedTicket) => ({ ...related, openedAt: iso(related.openedAt) })

export function jobView(engine: Engine, ticket: Ticket): z.infer<typeof jobSchema> {
  const { job } = ticket
  const { charge, approval, arrival } = job
  const cancelAsked = standingRequest(ticket, engine.now())
  return {
    version: job.version,
    charge: { ...charge, agreed: charge.agreed && { ...charge.agreed, at: iso(charge.agreed.at) } },
    approval: approval && { ...decisionView(engine, approval), needed: !isEmergency(ticket) },
    consents: job.consents.map((each) => ({ id: each.id, what: each.what, ...decisionView(engine, each) })),
    arrival: arrival && { ...arrival, at: iso(arrival.at) },
    costs: job.costs.map((line) => ({ ...line, amountFen: lineFen(line) })),
    totalFen: totalFen(job.costs),
    cause: job.cause,
    measure: job.measure,
    signatures: job.signatures.map(signatureView),
    explanations: job.explanations.map((each) => ({ ...each, at: iso(each.at) })),
    cancelAsked: cancelAsked && { by: cancelAsked.by, at: iso(cancelAsked.at), note: cancelAsked.note },
    completedAt: isoOrNull(job.completedAt),
    warrantyUntil: isoOrNull(job.warrantyUntil),
    complaint: job.complaint,
  }
}

const decisionView = (engine: Engine, { state, askedBy, askedAt, by, at, note }: Decision) => ({
  ...{ state, askedBy, askedAt: iso(askedAt), by, at: isoOrNull(at), note },
  byName: by === null ? null : responderName(engine, by),
})

export const signatureView = (signature: Signature) => ({
  ...signature,
  at: iso(signature.at),
  signedFor: signature.signedFor ?? null,
})

export const recurrenceView = ({ id, number, openedAt, title }: Earlier) => ({
  ...{ id, number, openedAt: iso(openedAt), title: title.zh, titles: title },
})
