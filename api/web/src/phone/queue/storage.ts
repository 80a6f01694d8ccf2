import { openDB } from 'idb'
import type { DBSchema, IDBPDatabase } from 'idb'
import type { Entry } from './entry.ts'

/** What this device keeps: what is still to be sent, and what was last seen of the jobs. */
export interface PhoneStorage {
  /** `false`: this browser keeps nothing, so it is gone with the page. */
  durable: boolean
  entriesOf(owner: string): Promise<Entry[]>
  /** Whose entries are here beside those of `owner`, and how many. */
  othersThan(owner: string): Promise<Others[]>
  /** All of them or, where there is no room, none. */
  add(entries: readonly Omit<Entry, 'order'>[]): Promise<Entry[]>
  put(entry: Entry): Promise<void>
  remove(order: number): Promise<void>
  keep(owner: string, name: string, value: unknown): Promise<void>
  kept<T>(owner: string, name: string): Promise<T | null>
  forget(owner: string): Promise<void>
}

export interface Others {
  owner: string
  count: number
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
  async othersThan(owner) {
    // Keys alone: photos are large.
    const counts = new Map<string, number>()
    let cursor = await database.transaction('queue').store.index('owner').openKeyCursor()
    for (; cursor; cursor = await cursor.continue()) counts.set(cursor.key, (counts.get(cursor.key) ?? 0) + 1)
    return [...counts].flatMap(([other, count]) => (other === owner ? [] : [{ owner: other, count }]))
  },
  async add(entries) {
    // Written to the disk before it is shown: a phone may be switched off at any moment.
    const writing = database.transaction('queue', 'readwrite', { durability: 'strict' })
    const adding = entries.map(async (entry) => writing.store.add(entry as Entry))
    const takeBack = (error: unknown): never => {
      writing.abort()
      throw error
    }
    const [orders] = await Promise.all([Promise.all(adding).catch(takeBack), writing.done])
    return entries.map((entry, index) => ({ ...entry, order: orders[index]! }))
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
    // It is gone with the page, and nobody else has been here since.
    othersThan: async () => [],
    async add(entries) {
      const added = entries.map((entry) => ({ ...entry, order: (last += 1) }))
      for (const entry of added) queue.set(entry.order, entry)
      return added
    },
    put: async (entry) => void queue.set(entry.order, entry),
    remove: async (order) => void queue.delete(order),
    keep: async (owner, name, value) => void seen.set(nameOf(owner, name), value),
    kept: async <T>(owner: string, name: string) => (seen.get(nameOf(owner, name)) ?? null) as T | null,
    forget: async () => seen.clear(),
  }
}
