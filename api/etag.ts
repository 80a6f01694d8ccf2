/** Entity tags of things that have a version (RFC 9110): `"3"`. */

export const etagOf = (version: number) => `"${version}"`

/** The versions that an `If-Match` lets through; `undefined`: any. A tag that is none of ours matches nothing. */
export function versionsOf(ifMatch: string | undefined): readonly number[] | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const strong = ifMatch.split(',').map((tag) => /^"(\d{1,15})"$/.exec(tag.trim())?.[1])
  return strong.flatMap((version) => (version === undefined ? [] : [Number(version)]))
}
