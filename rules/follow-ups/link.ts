import { readSigned, sign } from '../signed.ts'

/** Lets its holder answer one follow-up, once. The same for as long as it is there. */
export const signFollowUpLink = (followUp: string, key: Buffer): string => sign('follow-up', [followUp], key)

/** The id of the follow-up; `null`: it is not one of ours. */
export function readFollowUpLink(token: string, key: Buffer): string | null {
  const fields = readSigned('follow-up', token, key) as [string] | null
  return fields === null ? null : fields[0]
}
