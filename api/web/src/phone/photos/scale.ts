/** How a photo is made small enough to be sent from a basement. Pure. */

export const SIDE_MAX_PX = 1_600
export const BYTES_MAX = 800 * 1024

/** The same shape within `SIDE_MAX_PX`; never larger than it is. Whole pixels, at least one. */
export function scaledSize(width: number, height: number, sideMax = SIDE_MAX_PX): { width: number; height: number } {
  const share = Math.min(1, sideMax / Math.max(width, height))
  const side = (length: number) => Math.max(1, Math.round(length * share))
  return { width: side(width), height: side(height) }
}

/** What is tried one after the other until it is small enough: longest side in pixels, JPEG quality. */
export const ATTEMPTS: readonly (readonly [sidePx: number, quality: number])[] = [
  [SIDE_MAX_PX, 0.85],
  [SIDE_MAX_PX, 0.7],
  [SIDE_MAX_PX, 0.55],
  [1_200, 0.6],
  [900, 0.5],
  [600, 0.5],
]
