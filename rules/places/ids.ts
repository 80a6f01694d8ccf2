const ID_MAX_LENGTH = 64
const SUFFIX_ROOM = 6

/**
 * A free id of the contract's pattern for a family's key: `z2m:Lavabo SDB Etage` → `z2m-Lavabo-SDB-Etage`; a native key
 * gives the device's own id. What letters and digits cannot tell apart is numbered.
 */
export async function freeId(key: string, isTaken: (id: string) => boolean | Promise<boolean>): Promise<string> {
  const bare = key.startsWith('native:') ? key.slice('native:'.length) : key
  const readable = bare.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '')
  const base = readable.slice(0, ID_MAX_LENGTH - SUFFIX_ROOM) || 'device'
  const whole = readable !== '' && readable.length <= ID_MAX_LENGTH ? readable : base
  if (!(await isTaken(whole))) return whole
  for (let number = 2; ; number++) {
    const id = `${base}-${number}`
    if (!(await isTaken(id))) return id
  }
}
