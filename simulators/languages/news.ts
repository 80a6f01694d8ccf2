import type { Address, Occasion, Packet, Statement } from './language.ts'

/** Conditions that began or ended since the device last spoke; every one after a connect. */
export const turned = ({ levels, levelsBefore }: Statement): [code: string, active: boolean][] =>
  Object.entries(levels).filter(([code, active]) => levelsBefore?.[code] !== active)

/** Whether a device that tells its whole state has a reason to. */
export const hasNews = (statement: Statement, { due }: Occasion): boolean =>
  due ||
  statement.changed ||
  statement.levelsBefore === null ||
  turned(statement).length > 0 ||
  (statement.pulses?.length ?? 0) > 0

/** A state or report, which the next one repeats: text as it is, anything else as JSON. */
export const packetOf = ({ id }: Address, topic: string, content: unknown, retain = false): Packet => ({
  device: id,
  topic,
  payload: typeof content === 'string' ? content : JSON.stringify(content),
  once: false,
  ...(retain && { retain }),
})
