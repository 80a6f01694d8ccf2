import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type EscalationStep, type Milestone, Refusal, type Ticket } from '../../../rules/model.ts'
import { EngineBench, LEAK, MINUTE, SECOND } from '../../support/engine.ts'
import { policy, rows, setUpPeople, step } from '../../support/ladder.ts'
import { savePlan } from '../../support/people.ts'

/** Whatever happens to a ticket, its ladder is that of a plain one: no step is missed, none comes twice. */

interface Rung {
  position: number
  repetition: number
  dueAt: number
  state: string
}

/** Written down once more, without rows, transactions or code of the service. */
class PlainLadder {
  readonly rungs: Rung[] = []
  private mutedUntil = 0
  private isQuieted = false

  constructor(
    private readonly steps: readonly EscalationStep[],
    now: number,
  ) {
    for (const [position, { afterMs }] of steps.entries()) this.add(position, now + afterMs)
  }

  look(now: number, reached: Ticket['reached']): void {
    if (this.mutedUntil !== 0 && this.mutedUntil <= now) {
      this.mutedUntil = 0
      if (this.isQuieted) this.again(now, (unless) => !isIn(reached, unless))
      this.isQuieted = false
    }
    this.fire(now)
  }

  mute(until: number): void {
    this.mutedUntil = Math.max(this.mutedUntil, until)
  }

  move(before: Ticket['reached'], after: Ticket['reached'], now: number): void {
    for (const rung of this.waiting()) if (isIn(after, this.steps[rung.position]!.unless)) rung.state = 'stopped'
    this.again(now, (unless) => isIn(before, unless) && !isIn(after, unless))
  }

  fire(now: number): void {
    for (const rung of this.waiting()) {
      if (rung.dueAt > now) continue
      const isMuted = now < this.mutedUntil
      rung.state = isMuted ? 'silenced' : 'fired'
      this.isQuieted ||= isMuted
      const { everyMs } = this.steps[rung.position]!
      if (everyMs === undefined) continue
      let next = rung.dueAt
      while (next <= now) next += everyMs
      this.add(rung.position, next)
    }
  }

  private again(now: number, wanted: (unless: Milestone | null) => boolean): void {
    for (const [position, { unless, afterMs }] of this.steps.entries()) {
      if (!wanted(unless)) continue
      for (const rung of this.waiting()) if (rung.position === position) rung.state = 'stopped'
      this.add(position, now + afterMs)
    }
  }

  private add(position: number, dueAt: number): void {
    const repetition = this.rungs.filter((rung) => rung.position === position).length
    this.rungs.push({ position, repetition, dueAt, state: 'waiting' })
  }

  private waiting = () => this.rungs.filter(({ state }) => state === 'waiting')
}

const isIn = (reached: Ticket['reached'], unless: Milestone | null) => unless !== null && reached[unless] !== undefined

const steps = fc
  .array(
    fc.record({
      afterS: fc.constantFrom(0, 60, 180, 360, 600),
      unless: fc.constantFrom<Milestone | null>('respond', 'dispatch', 'accept', 'arrive', null),
      everyS: fc.constantFrom(null, null, 60, 300),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) =>
    all
      .sort((a, b) => a.afterS - b.afterS)
      .map(({ afterS, unless, everyS }) =>
        step(afterS * SECOND, { unless, ...(everyS !== null && { everyMs: everyS * SECOND }) }),
      ),
  )

const deeds = fc.array(
  fc.record({
    afterS: fc.constantFrom(0, 1, 30, 60, 240, 700),
    type: fc.constantFrom('tick', 'tick', 'restart', 'mute', 'assign', 'accept', 'decline', 'depart', 'arrive'),
  }),
  { maxLength: 25 },
)

async function compare(own: readonly EscalationStep[], all: readonly { afterS: number; type: string }[]) {
  const bench = await EngineBench.open()
  try {
    await setUpPeople(bench)
    await savePlan(bench, 'escalation', policy(own))
    await bench.leak()
    const { id, reached: atFirst, openedAt } = await bench.ticket()
    const plain = new PlainLadder(own, openedAt)
    plain.move({}, atFirst, openedAt)
    plain.fire(openedAt)
    for (const { afterS, type } of all) {
      bench.clock.advance(afterS * SECOND)
      const now = bench.clock.now()
      const before = await bench.ticket(id)
      if (type === 'restart') await bench.restart()
      if (type === 'tick' || type === 'restart') {
        await bench.engine.tick()
        plain.look(now, before.reached)
      } else if (type === 'mute') {
        const until = now + 4 * MINUTE
        const about = { site: 'default', over: { device: LEAK }, reason: 'works', from: null }
        await bench.command({ type: 'plan_mute', ...about, until })
        plain.mute(until)
      } else {
        const isDone = await bench.act(id, type as 'assign').then(() => true, isRefusal)
        const after = (await bench.ticket(id)).reached
        if (isDone && type === 'decline') {
          // Taken back, and perhaps given to the next at once.
          const { dispatch: _dispatch, accept: _accept, ...left } = before.reached
          plain.move(before.reached, left, now)
          plain.move(left, after, now)
          plain.fire(now)
        } else plain.move(before.reached, after, now)
        if (isDone && type === 'assign') plain.fire(now)
      }
      const found = (await rows(bench, id)).map(({ position, repetition, dueAt, state }) => {
        return { position, repetition, dueAt, state }
      })
      const inOrder = [...plain.rungs].sort((a, b) => a.position - b.position || a.repetition - b.repetition)
      expect(found).toEqual(inOrder)
    }
    expect(bench.errors).toEqual([])
  } finally {
    await bench.close()
  }
}

const isRefusal = (error: unknown) => {
  if (error instanceof Refusal) return false
  throw error
}

it('a ladder does what the plain one does, whatever happens to its ticket', { timeout: 120_000 }, () =>
  fc.assert(fc.asyncProperty(steps, deeds, compare), { numRuns: 25, seed: 20261129 }),
)
