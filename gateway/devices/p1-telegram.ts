import { type Family, USUAL_SILENCE } from './family.ts'
import { decodeTelegram } from './p1/telegram.ts'

/** Raw P1 telegrams on any topic, known by their first characters: `/`, three letters of the maker, the speed, `\`. */
export const p1Telegram: Family = {
  id: 'p1',
  matches: (publish) =>
    publish.payload[0] === SLASH && publish.payload.length > 16 && IDENTIFICATION.test(publish.text() ?? ''),
  decode: (publish, memory) => decodeTelegram(publish, memory, null),
  silence: USUAL_SILENCE,
}

const SLASH = 0x2f
const IDENTIFICATION = /^\/[A-Za-z]{3}\d/
