import { openDB } from 'idb'
import type { DBSchema, IDBPDatabase } from 'idb'
import type { Entry } from './entry.ts'

/** What this device keeps: what is still to be sent, and what was last seen of the jobs. */
export interface PhoneStorage {
  /** `false`: this browser keeps nothing, so it is gone with the page. */
  durable: boolean
  entriesOf(owner: string): Promise<Entry[]>
  add(entry: Omit<Entry, 'order'>): Promise<Entry>
  put(entry: Entry): Promise<void>
  remove(order: number): Promise<void>
  keep(owner: string, name: string, value: unknown): Promise<void>
  kept<T>(owner: string, name: string): Promise<T | null>
  forget(owner: string): Promise<void>
}

interface Schema extends DBSchema {
  queue: { key: number; value: Entry; indexes: { owner: string } }
  seen: { key: [owner: string, name: string]; value: { owner: string; name: string; value: unknown } }
}

export async function openPhoneStorage(): Promise<PhoneStorage> {
  try {
    const database = await openDB<Schema>('shifen.phone', 1, {
      upgrade(created) {
        created.createObjectStore('queue', { keyPath: 'order', autoIncrement: true }).createIndex('owner', 'owner')
        created.createObjectStore('seen', { keyPath: ['owner', 'name'] })
      },
      // A newer page waits for this one, which would hold it up for as long as it is open.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    })
    return inDatabase(database)
  } catch {
    return inMemory()
  }
}

const inDatabase = (database: IDBPDatabase<Schema>): PhoneStorage => ({
  durable: true,
  entriesOf: (owner) => database.getAllFromIndex('queue', 'owner', owner),
  async add(entry) {
    // Written to the disk before it is shown: a phone may be switched off at any moment.
    const writing = database.transaction('queue', 'readwrite', { durability: 'strict' })
    const order = await writing.store.add(entry as Entry)
    await writing.done
    return { ...entry, order }
  },
  async put(entry) {
    await database.put('queue', entry)
  },
  remove: (order) => database.delete('queue', order),
  async keep(owner, name, value) {
    await database.put('seen', { owner, name, value })
  },
  kept: async <T>(owner: string, name: string) =>
    ((await database.get('seen', [owner, name]))?.value ?? null) as T | null,
  forget: (owner) => database.delete('seen', IDBKeyRange.bound([owner], [owner, []])),
})

function inMemory(): PhoneStorage {
  const queue = new Map<number, Entry>()
  const seen = new Map<string, unknown>()
  const nameOf = (owner: string, name: string) => JSON.stringify([owner, name])
  let last = 0
  return {
    durable: false,
    entriesOf: async (owner) => [...queue.values()].filter((entry) => entry.owner === owner),
    async add(entry) {
      const added = { ...entry, order: (last += 1) }
      queue.set(added.order, added)
      return added
    },
    put: async (entry) => void queue.set(entry.order, entry),
    remove: async (order) => void queue.delete(order),
    keep: async (owner, name, value) => void seen.set(nameOf(owner, name), value),
    kept: async <T>(owner: string, name: string) => (seen.get(nameOf(owner, name)) ?? null) as T | null,
    forget: async () => seen.clear(),
  }
}
