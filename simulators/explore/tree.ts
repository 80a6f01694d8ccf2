/** A scenario as it is written: what the YAML file says, before it is read. */
export interface Tree {
  title: string
  about: string
  starts: string
  lasts: string
  devices: readonly TreeDevice[]
  people: TreePeople
  settings: Readonly<Record<string, readonly TreeMap[]>>
  timeline: readonly TreeMap[]
}

export type TreeMap = Readonly<Record<string, unknown>>

export interface TreeDevice extends TreeMap {
  id: string
  kind: string
  location: string
}

export interface TreePeople extends TreeMap {
  responders: readonly (TreeMap & { id: string })[]
  shifts?: readonly { responders: readonly string[]; from: string; to: string }[]
}
