import type { SeenNotice, SeenRejection } from './facts.ts'
import type { Answer } from './ground.ts'

/** What the API has only as a list, newest first, is read from there up to what was known. */

type Get = (path: string) => Promise<Answer>

interface Listed<T> {
  items: T[]
  next: string | null
}

/** Mostly a few are new. */
const PAGES = { first: 10, next: 200 }

async function page<T>(get: Get, path: string): Promise<Listed<T>> {
  const { status, body } = await get(path)
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`)
  return body as Listed<T>
}

/** Goes from the newest to the oldest until one is not wanted any more; answers them oldest first. */
async function readWhile<T>(get: Get, path: string, wanted: (item: T) => boolean): Promise<T[]> {
  const found: T[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const limit: string = cursor === '' ? `limit=${PAGES.first}` : `limit=${PAGES.next}&cursor=${cursor}`
    const asked: string = `${path}${path.includes('?') ? '&' : '?'}${limit}`
    const { items, next } = await page<T>(get, asked)
    const end = items.findIndex((item) => !wanted(item))
    found.push(...(end < 0 ? items : items.slice(0, end)))
    cursor = end < 0 ? next : null
  }
  return found.reverse()
}

/** Notices that are new or were settled since it was last asked, in the order they were queued. */
export function createNoticeReader(get: Get) {
  const queued = new Set<string>()
  let newest = ''

  /** Those that do not wait any more. One may wait for long while many others come: they are not all read each time. */
  async function settled(): Promise<SeenNotice[]> {
    if (queued.size === 0) return []
    const waiting = await readWhile<SeenNotice>(get, 'notices?state=queued', () => true)
    const left = new Set(queued)
    for (const { id } of waiting) left.delete(id)
    const [oldest] = left
    if (oldest === undefined) return []
    return (await readWhile<SeenNotice>(get, 'notices', ({ id }) => id >= oldest)).filter(({ id }) => left.has(id))
  }

  return {
    /** Whether some wait, so that something may have become of them. */
    waits: () => queued.size > 0,
    async read(): Promise<SeenNotice[]> {
      const news = [...(await settled()), ...(await readWhile<SeenNotice>(get, 'notices', ({ id }) => id > newest))]
      for (const { id, state } of news) {
        if (state === 'queued') queued.add(id)
        else queued.delete(id)
        if (id > newest) newest = id
      }
      return news
    },
  }
}

/** Rejections since it was last asked, oldest first. */
export function createRejectionReader(get: Get) {
  let newest = 0
  return async (): Promise<SeenRejection[]> => {
    const found = await readWhile<SeenRejection>(get, 'rejections', ({ id }) => Number(id) > newest)
    newest = Number(found.at(-1)?.id ?? newest)
    return found
  }
}
