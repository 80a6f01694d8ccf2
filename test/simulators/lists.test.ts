import { expect, it } from 'vitest'
import type { Answer } from '../../simulators/ground.ts'
import { createNoticeReader, createRejectionReader } from '../../simulators/lists.ts'

interface Item {
  id: string
  state?: string
}

/** A service with one list, which it answers page by page, newest first; `asked` are the paths it was asked for. */
function listed() {
  const items: Item[] = []
  const asked: string[] = []
  const get = (path: string): Promise<Answer> => {
    asked.push(path)
    const query = new URL(path, 'http://service').searchParams
    const newestFirst = items.filter(({ state }) => [state, null].includes(query.get('state'))).reverse()
    const from = Number(query.get('cursor') ?? 0)
    const end = from + Number(query.get('limit'))
    const page = { items: newestFirst.slice(from, end), next: end < newestFirst.length ? String(end) : null }
    return Promise.resolve({ status: 200, body: structuredClone(page) })
  }
  return { items, asked, get }
}

const id = (number: number) => String(number).padStart(4, '0')
const idsOf = (read: readonly { id: number | string }[]) => read.map((each) => each.id)
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => id(from + index))

it('reads each rejection once, oldest first, over as many pages as there are', async () => {
  const { items, asked, get } = listed()
  const read = createRejectionReader(get)
  expect(await read()).toEqual([])
  items.push(...numbers(1, 500).map((each) => ({ id: each })))
  expect(idsOf(await read())).toEqual(numbers(1, 500))
  items.push({ id: id(501) })
  asked.length = 0
  expect(idsOf(await read())).toEqual([id(501)])
  expect(asked).toEqual(['rejections?limit=10'])
  expect(await read()).toEqual([])
})

it('reads a notice when it is queued and when it is settled, however many came meanwhile', async () => {
  const { items, asked, get } = listed()
  const notices = createNoticeReader(get)
  items.push({ id: id(1), state: 'queued' }, { id: id(2), state: 'sent' })
  expect(idsOf(await notices.read())).toEqual([id(1), id(2)])
  expect(notices.waits()).toBe(true)

  items.push(...numbers(3, 20).map((each) => ({ id: each, state: 'sent' })))
  asked.length = 0
  expect(idsOf(await notices.read())).toEqual(numbers(3, 20))
  expect(asked[0]).toBe('notices?state=queued&limit=10')

  items[0]!.state = 'failed'
  expect(await notices.read()).toEqual([{ id: id(1), state: 'failed' }])
  expect(notices.waits()).toBe(false)

  asked.length = 0
  expect(await notices.read()).toEqual([])
  expect(asked).toEqual(['notices?limit=10'])
})

it('says what it was answered instead of a list', async () => {
  const read = createRejectionReader(() => Promise.resolve({ status: 403, body: { code: 'forbidden' } }))
  await expect(read()).rejects.toThrow('rejections?limit=10 was answered 403: {"code":"forbidden"}')
})
