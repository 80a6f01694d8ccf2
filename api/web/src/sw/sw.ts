import { answering, cacheNameOf } from './rules.ts'

/**
 * Keeps the app's own files, so that it begins without a network. Nothing of `/api` ever passes through it, and nothing
 * is kept but what the build lists. A new build is fetched whole before it is used; the files of the build before stay
 * for pages that are still open.
 */
declare const SHELL_FILES: readonly string[]

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void
}
interface FetchEvent extends ExtendableEvent {
  request: Request
  respondWith(answer: Promise<Response>): void
}
interface Worker extends EventTarget {
  registration: { scope: string }
  clients: { claim(): Promise<void> }
  skipWaiting(): Promise<void>
}
const worker = self as unknown as Worker
const scope = worker.registration.scope

/** A network that takes longer has as good as none. */
const PAGE_WITHIN_MS = 4_000
const GENERATIONS = 2

const files = SHELL_FILES
const name = cacheNameOf(files)

async function install(): Promise<void> {
  const cache = await caches.open(name)
  const page = new Request(scope, { cache: 'no-store' })
  await cache.addAll([page, ...files.map((file) => new URL(file, scope).href)])
  await worker.skipWaiting()
}

async function activate(): Promise<void> {
  const own = (await caches.keys()).filter((each) => each.startsWith('shifen-'))
  const older = own.filter((each) => each !== name)
  await Promise.all(older.slice(0, Math.max(0, older.length - (GENERATIONS - 1))).map((each) => caches.delete(each)))
  await worker.clients.claim()
}

async function page(request: Request): Promise<Response> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), PAGE_WITHIN_MS)
  try {
    const response = await fetch(request, { signal: abort.signal })
    if (response.status < 500) return response
  } catch {
    // What is kept answers below.
  } finally {
    clearTimeout(timer)
  }
  return (await (await caches.open(name)).match(scope, { ignoreVary: true })) ?? Response.error()
}

const file = async (request: Request): Promise<Response> =>
  (await caches.match(request.url, { ignoreVary: true })) ?? fetch(request)

worker.addEventListener('install', (event) => (event as ExtendableEvent).waitUntil(install()))
worker.addEventListener('activate', (event) => (event as ExtendableEvent).waitUntil(activate()))
worker.addEventListener('fetch', (event) => {
  const asked = event as FetchEvent
  const kind = answering(asked.request, scope)
  if (kind === 'page') asked.respondWith(page(asked.request))
  else if (kind === 'file') asked.respondWith(file(asked.request))
})
