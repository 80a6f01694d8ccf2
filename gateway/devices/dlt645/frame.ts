/**
 * A frame of DL/T 645: `68 address(6) 68 control length data checksum 16`, low byte first, every data byte plus 33h,
 * after up to some FEh that wake the line.
 */
export interface Frame {
  /** Twelve digits. */
  address: string
  control: number
  /** Without the 33h. */
  data: Uint8Array
}

export type FrameFault = { reason: 'truncated' | 'checksum' | 'invalid_shape'; detail: string }

export interface Frames {
  frames: Frame[]
  faults: FrameFault[]
}

const START = 0x68
const END = 0x16
const WAKE = 0xfe
const WAKES_MAX = 32
/** Start, address, start, control, length; checksum, end. */
export const HEAD_BYTES = 10
const TAIL_BYTES = 2
const FRAMES_MAX = 1_000

/** Whether bytes begin as a frame does: quick, and no text does so by chance. */
export function isFrameHead(bytes: Uint8Array): boolean {
  let at = 0
  while (at < WAKES_MAX && bytes[at] === WAKE) at += 1
  if (bytes[at] !== START || bytes[at + 7] !== START) return false
  for (let index = at + 1; index < at + 7; index++) if (!isAddressByte(bytes[index]!)) return false
  const control = bytes[at + 8]
  // Between them lies what text is made of.
  return control === undefined || control < 0x20 || control >= 0x80
}

/** Two decimal digits, or AAh for "any". */
const isAddressByte = (byte: number) => byte === 0xaa || (byte >> 4 <= 9 && (byte & 15) <= 9)

/** All frames of a payload, one after the other; a broken one does not take the next with it. */
export function readFrames(bytes: Uint8Array): Frames {
  const found: Frames = { frames: [], faults: [] }
  let at = 0
  while (at < bytes.length && found.frames.length + found.faults.length < FRAMES_MAX) {
    at = nextStart(bytes, at)
    if (at >= bytes.length) break
    const { frame, fault, end } = readFrame(bytes, at)
    if (frame) found.frames.push(frame)
    if (fault) found.faults.push(fault)
    at = end
  }
  return found
}

function nextStart(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && !(bytes[at] === START && (bytes[at + 7] === START || at + 7 >= bytes.length))) at += 1
  return at
}

function readFrame(bytes: Uint8Array, at: number): { frame?: Frame; fault?: FrameFault; end: number } {
  const end = bytes.length
  const length = bytes[at + HEAD_BYTES - 1]
  if (length === undefined) {
    return { fault: { reason: 'truncated', detail: `the frame at byte ${at} ends before its length` }, end }
  }
  const after = at + HEAD_BYTES + length + TAIL_BYTES
  if (after > end) {
    const detail = `the frame at byte ${at} announces ${length} data bytes; ${end - at - HEAD_BYTES} bytes follow`
    return { fault: { reason: 'truncated', detail }, end }
  }
  if (bytes[after - 1] !== END) {
    const detail = `the frame at byte ${at} should end with 16, ${hex(bytes[after - 1]!)} was found`
    return { fault: { reason: 'invalid_shape', detail }, end: at + 1 }
  }
  let sum = 0
  for (let index = at; index < after - TAIL_BYTES; index++) sum = (sum + bytes[index]!) & 0xff
  const told = bytes[after - TAIL_BYTES]!
  if (sum !== told) {
    const detail = `the checksum of the frame at byte ${at} is ${hex(told)}, ${hex(sum)} was expected`
    return { fault: { reason: 'checksum', detail }, end: after }
  }
  const data = bytes.slice(at + HEAD_BYTES, after - TAIL_BYTES).map((byte) => (byte - 0x33) & 0xff)
  return { frame: { address: digits(bytes, at + 6, at + 1), control: bytes[at + 8]!, data }, end: after }
}

/** Bytes from high to low as hexadecimal digits. */
function digits(bytes: Uint8Array, high: number, low: number): string {
  let text = ''
  for (let index = high; index >= low; index--) text += hex(bytes[index]!)
  return text
}

export const hex = (byte: number) => byte.toString(16).padStart(2, '0').toUpperCase()

/** A text of hexadecimal pairs with blanks, commas, dashes or `0x` between them, that begins as a frame does. */
const HEX_HEAD = /^(?:(?:0x)?[0-9a-f]{2}[\s,:;-]*){10,32}/i
const SEPARATORS = /0x|[\s,:;-]+/gi
const HEX = /^(?:[0-9a-f]{2})+$/i

export function isHexHead(text: string): boolean {
  const head = HEX_HEAD.exec(text.slice(0, 160).trimStart())?.[0]
  return head !== undefined && isFrameHead(Buffer.from(head.replace(SEPARATORS, ''), 'hex'))
}

/** The bytes that a text of hexadecimal pairs stands for, or what is wrong with it. */
export function bytesOfHex(text: string): Uint8Array | FrameFault {
  const digitsOnly = text.replace(SEPARATORS, '')
  if (HEX.test(digitsOnly)) return Buffer.from(digitsOnly, 'hex')
  const odd = /^[0-9a-f]+$/i.test(digitsOnly)
  if (odd) return { reason: 'truncated', detail: `${digitsOnly.length} hexadecimal digits: the last byte is cut` }
  return { reason: 'invalid_shape', detail: 'a text of hexadecimal pairs was expected' }
}
