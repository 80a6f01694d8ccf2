/** Numbers as the fields of a payload; what a field cannot hold is put to its nearest end, as firmware does. */
const fit = (value: number, min: number, max: number) => Math.min(max, Math.max(min, Math.round(value)))

const rising = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256)

/** Unsigned, low byte first. */
export const le = (value: number, bytes: number): number[] => rising(fit(value, 0, 256 ** bytes - 1), bytes)

/** Unsigned, high byte first. */
export const be = (value: number, bytes: number): number[] => le(value, bytes).reverse()

/** Two's complement, low byte first. */
export function signedLe(value: number, bytes: number): number[] {
  const half = 256 ** bytes / 2
  const fitted = fit(value, -half, half - 1)
  return rising(fitted < 0 ? fitted + 2 * half : fitted, bytes)
}

/** Two's complement, high byte first. */
export const signedBe = (value: number, bytes: number): number[] => signedLe(value, bytes).reverse()

/** IEEE 754, four bytes, high byte first. */
export function floatBe(value: number): number[] {
  const bytes = new DataView(new ArrayBuffer(4))
  bytes.setFloat32(0, value)
  return [0, 1, 2, 3].map((index) => bytes.getUint8(index))
}
