import { isSpokenCode, spokenCode } from '../spoken-code.ts'

const labelOf = (device: string) => `arrival:${device}`

/** What the label at a device says: who read it was there. The same for as long as the key is; `K7Q2-9XMD`. */
export function arrivalCode(device: string, key: Buffer): string {
  const code = spokenCode(labelOf(device), key)
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** Which of these devices' label it is; `null`: none's. All are looked at, so that the time taken tells nothing. */
export function deviceOfCode(code: string, devices: Iterable<string>, key: Buffer): string | null {
  let found: string | null = null
  for (const device of devices) if (isSpokenCode(code, labelOf(device), key)) found = device
  return found
}
