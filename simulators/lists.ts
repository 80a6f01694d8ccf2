import type { SeenNotice, SeenRejection } from './facts.ts'
import type { Answer } from './ground.ts'

/** What the API has only as a list, newest first, is read from there up to what was known. */

type Get = (path: string) => Promise<Answer>

interface Listed<T> {
  items: T[]
  next: string | null
}

const PAGE = 200

async function page<T>(get: Get, path: string): Promise<Listed<T>> {
  const { status, body } = await get(path)
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`)
  return body as Listed<T>
}

/** Goes from the newest to the oldest until one is not wanted any more; answers them oldest first. */
async function readWhile<T>(get: Get, path: string, wanted: (item: T) => boolean): Promise<T[]> {
  const found: T[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const asked: string = `${path}?limit=${PAGE}${cursor === '' ? '' : `&cursor=${cursor}`}`
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
  return {
    /** Whether some wait, so that something may have become of them. */
    waits: () => queued.size > 0,
    async read(): Promise<SeenNotice[]> {
      const [oldest = newest] = queued
      const all = await readWhile<SeenNotice>(
        get,
        'notices',
        ({ id }) => (id >= oldest && id !== newest) || queued.has(id),
      )
      const news = all.filter(({ id, state }) => id > newest || (queued.has(id) && state !== 'queued'))
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
