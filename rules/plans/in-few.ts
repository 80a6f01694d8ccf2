/** Names in a sentence, so many at the most, and how many more there are: `a, b and 3 more`. */
export const inFew = (names: readonly string[], most: number) =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '')
