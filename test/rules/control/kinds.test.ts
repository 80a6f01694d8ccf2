import { describe, expect, it } from 'vitest'
import { DEVICE_KINDS } from '../../../rules/model.ts'
import { controlFault, controlOf } from '../../../rules/control/kinds.ts'

describe('what a kind can be told to do', () => {
  it('is open and close for valves, read for meters, and nothing for anything else', () => {
    const words = ['open', 'close', 'read', 'stop', 'reset', 'constructor', '__proto__', 'toString']
    const taken = DEVICE_KINDS.flatMap((kind) =>
      words.filter((word) => controlFault(kind, word) === null).map((word) => `${kind} ${word}`),
    )
    expect(taken.sort()).toEqual(['power_meter read', 'valve close', 'valve open'])
  })

  it('refuses in words', () => {
    expect(controlFault('elevator', 'open')).toBe('a device of the kind elevator accepts no commands')
    expect(controlFault('valve', 'read')).toBe('a device of the kind valve accepts open and close, not read')
  })

  it('lets a dispatcher close, and nothing else', () => {
    const may = (['open', 'close'] as const).map((word) => controlOf('valve', word)?.dispatcherMay ?? false)
    expect([...may, controlOf('power_meter', 'read')?.dispatcherMay ?? false]).toEqual([false, true, false])
  })
})
