import type { Device, DeviceMessage, DeviceState } from '../model.ts'
import { observeOnsets } from './companions.ts'
import { observeMessage } from './device-state.ts'
import { type MeasureMemories, observeMeasures } from './measures/observe.ts'
import type { Ruleset } from './ruleset.ts'

/**
 * What is known after a message, with what the device's rules must remember of it; the same whether it comes live or is
 * replayed from the journal. `derived`: what was remembered already to derive points from the message.
 */
export function followMessage(
  state: DeviceState,
  device: Device,
  message: DeviceMessage,
  fingerprint: number | null,
  rules: Ruleset,
  timezone: string,
  derived: MeasureMemories | null = null,
): DeviceState {
  const known = observeMessage(state, message, fingerprint)
  if (!message.live) return known
  const measures = observeMeasures(known, device, message, rules, timezone, derived)
  const measured = measures === known.measures ? known : { ...known, measures }
  const onsets = observeOnsets(measured, device, message, rules)
  return onsets === measured.onsets ? measured : { ...measured, onsets }
}
