/** As a link that a telephone or its program on the desk dials; `null` where it is no number. */
export function dialling(phone: string | undefined | null): string | null {
  const number = phone?.trim() ?? ''
  return /^\+?[0-9][0-9 ()-]{2,29}$/.test(number) ? `tel:${number.replace(/[ ()-]/g, '')}` : null
}
