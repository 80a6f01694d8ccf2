import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertPhoto } from '../../../rules/storage/photos.ts'
import { saveTicket } from '../../../rules/storage/tickets.ts'
import { presets } from '../../../rules/commitments/presets/index.ts'
import { DAY_MS, type PhotoKind } from '../../../rules/model.ts'
import { EngineBench, MINUTE, START } from '../../support/engine.ts'
import { act, dispatcher, promise, report, walkTo } from '../../support/jobs.ts'

let bench: EngineBench
beforeEach(async () => (bench = await EngineBench.open()))
afterEach(() => bench.close())

describe('an arrival', () => {
  const arrive = async (details: object) => {
    const { id } = await report(bench)
    await walkTo(bench, id, 'accept')
    await act(bench, id, 'depart')
    return (await act(bench, id, 'arrive', details)).job.arrival
  }

  it('is told by a place, by a label, or by hand', async () => {
    const at = { at: START, by: 'the dispatcher' }
    const place = { latitude: 31.2, longitude: 121.5 }
    const known = { ...place, accuracyM: null }
    expect(await arrive({})).toEqual({ ...at, way: 'hand', place: null, device: null })
    expect(await arrive({ place })).toEqual({ ...at, way: 'place', place: known, device: null })
    expect(await arrive({ place, device: 'leak-1' })).toEqual({ ...at, way: 'code', place: known, device: 'leak-1' })
  })

  it('is not the maintenance firm’s', async () => {
    const { id } = await report(bench)
    expect((await act(bench, id, 'arrive', { party: 'maintenance_firm' })).job.arrival).toBeNull()
  })
})

describe('completion', () => {
  const photo = (ticket: string, kind: PhotoKind) =>
    insertPhoto(bench.store.writer, {
      ...{ id: `${ticket}-${kind}`, site: 'default', ticket, kind, type: 'image/png', sizeBytes: 1, sha256: '' },
      ...{ caption: '', by: 'Li', at: START },
    })
  const needsAll = () => promise(bench, { completion: { needs: ['cause', 'measure', 'photo_before', 'photo_after'] } })

  it.each(['medium', 'critical'] as const)(
    'of %s work is refused until what is promised is there',
    async (priority) => {
      await needsAll()
      const { id } = await report(bench, { priority })
      await walkTo(bench, id, 'arrive')
      const refused = (missing: string) => ({ code: 'conflict', message: `complete needs first: ${missing}` })
      const all = refused('cause, measure, photo_before, photo_after')
      await expect(act(bench, id, 'complete')).rejects.toMatchObject(all)
      await photo(id, 'before')
      await bench.command({ type: 'edit_job', ticket: id, cause: '接头老化' }, dispatcher)
      await expect(act(bench, id, 'complete')).rejects.toMatchObject(refused('measure, photo_after'))
      await photo(id, 'after')
      const { job } = await act(bench, id, 'complete', { measure: '更换接头' })
      expect(job).toMatchObject({ cause: '接头老化', measure: '更换接头', completedAt: START, version: 3 })
    },
  )

  it('D12: begins the warranty; where none is promised rework is always free (D15)', async () => {
    const { warranty } = presets.get('D12')!.commitment
    await promise(bench, { warranty: warranty! })
    const { id } = await report(bench)
    await walkTo(bench, id, 'arrive')
    expect((await act(bench, id, 'complete')).job.warrantyUntil).toBe(START + 90 * DAY_MS)
    expect(presets.get('D15')!.commitment.warranty).toBeUndefined()
  })

  it('takes the longest warranty of those that cover it', async () => {
    await promise(bench, { warranty: { withinMs: DAY_MS }, party: 'property' })
    const firm = { id: 'firm', party: 'maintenance_firm' as const, warranty: { withinMs: 2 * DAY_MS } }
    await promise(bench, firm)
    await promise(bench, { ...firm, id: 'z', covers: { priorities: ['low'] }, warranty: { withinMs: 9 * DAY_MS } })
    const { id } = await report(bench)
    await walkTo(bench, id, 'arrive')
    bench.clock.advance(MINUTE)
    expect((await act(bench, id, 'complete')).job.warrantyUntil).toBe(START + MINUTE + 2 * DAY_MS)
  })
})

describe('rework (返修)', () => {
  const reworked = async (paid: boolean, afterMs: number, details: object = {}) => {
    const { id } = await report(bench)
    await walkTo(bench, id, 'arrive')
    await act(bench, id, 'complete')
    if (paid) {
      // Paid and agreed, as it would be had it been told before.
      const ticket = await bench.ticket(id)
      const charge = { paid, quotedFen: 5_000, agreed: { name: '李女士', at: START, by: 'a' } }
      await saveTicket(bench.store.writer, { ...ticket, job: { ...ticket.job, charge } })
    }
    bench.clock.advance(afterMs)
    return act(bench, id, 'rework', { note: '又漏了', ...details })
  }

  it('D12: is free within the warranty to its last millisecond, and paid as before after it', async () => {
    await promise(bench, { warranty: { withinMs: 90 * DAY_MS } })
    expect((await reworked(true, 90 * DAY_MS)).job.charge).toEqual({ paid: false, quotedFen: null, agreed: null })
    expect((await reworked(true, 90 * DAY_MS + 1)).job.charge).toEqual({ paid: true, quotedFen: null, agreed: null })
    expect((await reworked(false, 90 * DAY_MS + 1)).job.charge.paid).toBe(false)
  })

  it('D15: is always free where no warranty is named', async () => {
    expect((await reworked(true, 1_000 * DAY_MS)).job.charge.paid).toBe(false)
  })

  it('D13: is done by appointment where a time was agreed', async () => {
    const appointmentAt = START + DAY_MS
    const rework = await reworked(false, 0, { appointmentAt })
    expect(rework).toMatchObject({ kind: 'appointment', appointmentAt, origin: 'rework', description: '又漏了' })
    await expect(reworked(false, 0, { appointmentAt: START })).rejects.toMatchObject({ code: 'invalid' })
  })
})
