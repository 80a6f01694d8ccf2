import { expect, it } from 'vitest'
import { dispatchTargets, dueStepsLines, firstNoticeLines } from '../../../simulators/bench/report-dispatch.ts'
import { aDispatch } from './dispatch.ts'

const verdicts = (dispatch: ReturnType<typeof aDispatch>) => dispatchTargets(dispatch).map(({ reached }) => reached)

it('holds each target on its own: the first notice under load, the time of the steps, what they cost messages', () => {
  expect(verdicts(aDispatch())).toEqual([true, true, true])
  expect(verdicts(aDispatch(100))).toEqual([false, true, true])
  expect(verdicts(aDispatch(99, 10_000))).toEqual([true, false, true])
  expect(verdicts(aDispatch(99, 9_900, 10.1))).toEqual([true, true, false])
})

it('tells the time to PUBACK beside the notices, and what the load costs them', () => {
  const text = firstNoticeLines(aDispatch(60).firstNotice).join('\n')
  expect(text).toMatch(/PUBACK, 5,000 messages\/s beside it +200 +8\.00 +12\.0 +80\.0 +81\.0/)
  expect(text).toContain('3.00 of that without')
})

it('tells when the last step was settled and the last call received', () => {
  const text = dueStepsLines(aDispatch().dueSteps).join('\n')
  expect(text).toContain('10,000 steps of 2,500 tickets, with 998 messages/s beside them: all settled after 9.9 s;')
  expect(text).toContain('12,500 calls to people had reached the receiver after 16.0 s')
})
