import type { DeviceMessage } from '../model.ts'
import type { Work } from '../work.ts'

/**
 * What the death of a gateway says about the devices behind it: nothing that they reported is known any more, and
 * nothing of it is over. An entry that ends in `*` means every identity that begins so.
 */
export function unreachableMessages(
  work: Work,
  { discovered, unreachable, receivedAt }: DeviceMessage,
): DeviceMessage[] {
  if (!discovered || !unreachable || unreachable.length === 0) return []
  const behind = work.draft.identities(discovered.gateway)
  const ids = new Set<string>()
  for (const entry of unreachable) {
    if (!entry.endsWith('*')) {
      const id = behind.get(entry)
      if (id !== undefined) ids.add(id)
      continue
    }
    for (const [key, id] of behind) if (key.startsWith(entry.slice(0, -1)) && key !== discovered.key) ids.add(id)
  }
  return [...ids].flatMap((id) => {
    const record = work.draft.device(id)
    if (!record || record.device.retiredAt !== null) return []
    const known = [...record.state.conditions].filter(([, { state }]) => state === 'active' || state === 'cleared')
    // A device that tells its own death has just said that it is offline: that is known.
    const itself = record.device.identity === discovered.key
    const lost = known.filter(([code]) => !itself || code !== 'device.offline')
    const conditions = lost.map(([code]) => ({ code, state: 'unknown' as const }))
    // Told before: a gateway that dies over and over writes no rows for each of its devices each time.
    if (conditions.length === 0 && record.state.health.online === false) return []
    const about = { deviceAt: null, live: true, heard: false, seq: null, measurements: [] }
    return [{ device: id, receivedAt, ...about, conditions, health: { online: false } }]
  })
}
