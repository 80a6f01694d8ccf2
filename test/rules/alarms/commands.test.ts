import { afterEach, beforeEach, expect, it } from 'vitest'
import { historyOfAlarm } from '../../../rules/storage/alarms.ts'
import { EngineBench } from '../../support/engine.ts'

let bench: EngineBench
beforeEach(async () => void (bench = await EngineBench.open()))
afterEach(() => bench.close())

it('an alarm whose rule was deleted can be commented on, and nothing else', async () => {
  await bench.leak()
  await bench.command({ type: 'delete_rule', id: 'water_leak.wet' })
  const { id } = await bench.alarm()
  await bench.command({ type: 'comment_alarm', alarm: id, note: 'the valve leaked' })
  expect((await historyOfAlarm(bench.store.reader, id)).at(-1)).toMatchObject({
    action: 'comment',
    note: 'the valve leaked',
  })
  await expect(bench.command({ type: 'acknowledge_alarm', alarm: id })).rejects.toThrow('does not exist any more')
})
