import { describe, expect, it } from 'vitest'
import { heldRows, rowsOf } from '../../../../../api/web/src/console/alarms/heldOrder.ts'
import { toggled, withRange } from '../../../../../api/web/src/console/alarms/selection.ts'
import { sixAtATime } from '../../../../../api/web/src/console/alarms/sixAtATime.ts'
import { alarmView } from '../../views.ts'

describe('a list that is held', () => {
  it('keeps its places, shows what has changed, and counts what has come', () => {
    const shown = rowsOf([alarmView('a'), alarmView('b')])
    const { rows, waiting } = heldRows(shown, [alarmView('new'), alarmView('b', { state: 'acked' }), alarmView('a')])
    expect(rows.map(({ alarm }) => alarm.id)).toEqual(['a', 'b'])
    expect(rows[1]!.alarm.state).toBe('acked')
    expect(waiting).toBe(1)
  })

  it('keeps the place of what is over, and takes it back where it comes again', () => {
    const gone = heldRows(rowsOf([alarmView('a'), alarmView('b')]), [alarmView('b'), alarmView('c')])
    expect(gone.rows.map(({ gone }) => gone)).toEqual([true, false])
    expect(gone.waiting).toBe(1)
    expect(heldRows(gone.rows, [alarmView('a')]).rows.map(({ gone }) => gone)).toEqual([false, true])
  })
})

describe('a selection', () => {
  const order = ['a', 'b', 'c', 'd']
  it('takes a range upwards or downwards, over what is chosen already', () => {
    expect([...withRange(new Set(['a']), order, 'b', 'd')]).toEqual(['a', 'b', 'c', 'd'])
    expect([...withRange(new Set(), order, 'c', 'b')]).toEqual(['b', 'c'])
  })
  it('is the one row where there is nothing to start from', () => {
    expect([...withRange(new Set(), order, null, 'c')]).toEqual(['c'])
    expect([...withRange(new Set(), order, 'gone', 'c')]).toEqual(['c'])
    expect([...withRange(new Set(['a']), order, 'a', 'gone')]).toEqual(['a'])
  })
  it('takes one and gives it back', () => {
    expect([...toggled(new Set(['a']), 'b')]).toEqual(['a', 'b'])
    expect([...toggled(new Set(['a', 'b']), 'a')]).toEqual(['b'])
  })
})

describe('many requests', () => {
  it('go six at a time, each once', async () => {
    let open = 0
    let most = 0
    const done: number[] = []
    await sixAtATime(
      Array.from({ length: 20 }, (_, index) => index),
      async (index) => {
        most = Math.max(most, (open += 1))
        await new Promise((resolve) => setTimeout(resolve, 1))
        open -= 1
        done.push(index)
      },
    )
    expect(most).toBe(6)
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })
})
