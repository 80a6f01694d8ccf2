import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { phoneFiles } from '../../../api/web/service-worker.ts'
import { createSession, type LastWho } from '../../../api/web/src/session.ts'
import { ApiProblem, type Client, Unreachable } from '../../../api/web/src/api/client.ts'
import { answering, cacheNameOf } from '../../../api/web/src/sw/rules.ts'
import { startBrowser, type TestBrowser } from '../../support/browser.ts'
import { furnish, type Furnished } from '../../support/furnished.ts'
import { type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'
import { hasPrograms } from '../../support/programs.ts'

const dist = join(import.meta.dirname, '../../../dist/web')
const FIRST_LOAD_MAX_BYTES = 150_000
/** All of the phone, sheets too, is kept there by the first visit. */
const KEPT_MAX_BYTES = 200_000

const sizeOf = (files: readonly string[]) =>
  files.reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0)

describe('the service worker', () => {
  const scope = 'https://shifen.example/base/'
  const asked = (path: string, rest: object = {}) =>
    answering({ method: 'GET', mode: 'cors', url: scope + path, ...rest }, scope)

  it('answers for the page and its own hashed files, and for nothing else', () => {
    const navigate = { mode: 'navigate' }
    expect(['', 'index.html', '#/jobs', '?x=1#/jobs'].map((path) => asked(path, navigate))).toEqual(
      Array(4).fill('page'),
    )
    expect(asked('assets/JobsPage-DwLZrJ9O.js')).toBe('file')
    const others = ['api/v1/session', 'api/v1/live', 'assets/plain.js', 'sw.js', 'manifest.webmanifest', 'docs']
    expect(others.map((path) => asked(path))).toEqual(others.map(() => null))
    expect(['report/default', 'docs', 'accept/x'].map((path) => asked(path, navigate))).toEqual([null, null, null])
    expect(asked('', { ...navigate, method: 'POST' })).toBeNull()
    expect(answering({ method: 'GET', mode: 'navigate', url: 'https://shifen.example/' }, scope)).toBeNull()
  })

  it('names its cache after its files', () => {
    expect(cacheNameOf(['a-1', 'b-2'])).toBe(cacheNameOf(['a-1', 'b-2']))
    expect(cacheNameOf(['a-1', 'b-2'])).not.toBe(cacheNameOf(['a-1', 'b-3']))
  })

  it('keeps what the phone may need, and nothing of the desk', () => {
    const src = join(import.meta.dirname, '../../../api/web/src')
    const chunk = (fileName: string, facade: string | null, rest: object = {}) => ({
      ...{ type: 'chunk' as const, fileName, facadeModuleId: facade && join(src, facade), isEntry: false },
      ...{ imports: [], dynamicImports: [], code: '' },
      ...rest,
    })
    const css = { importedCss: new Set(['phone.css']), importedAssets: new Set<string>() }
    const bundle = {
      'index.js': chunk('index.js', null, {
        isEntry: true,
        imports: ['vue.js'],
        dynamicImports: ['face.js', 'desk.js'],
      }),
      'sw.js': chunk('sw.js', 'sw/sw.ts', { isEntry: true }),
      'vue.js': chunk('vue.js', null),
      'face.js': chunk('face.js', 'phone/PhoneFace.vue', { viteMetadata: css, dynamicImports: ['sign.js'] }),
      'sign.js': chunk('sign.js', 'phone/sheets/SignSheet.vue', { imports: ['vue.js'] }),
      'desk.js': chunk('desk.js', 'console/ConsoleFace.vue', { imports: ['charts.js'] }),
      'charts.js': chunk('charts.js', null),
    }
    expect(phoneFiles(bundle)).toEqual(['face.js', 'index.js', 'phone.css', 'sign.js', 'vue.js'])
  })
})

describe('a start without a network', () => {
  const who = { name: 'zhang', role: 'responder', sites: null } as const
  const remembering = (known: typeof who | null): LastWho => ({ read: () => known, write: () => undefined })
  const client = (get: () => Promise<unknown>) => ({ get, send: get }) as unknown as Client
  const unreachable = () => Promise.reject(new Unreachable(new Error('offline')))
  const once = (then: () => Promise<unknown>) => {
    let first = true
    return client(() => {
      if (!first) return then()
      first = false
      return unreachable()
    })
  }

  it('goes on as whoever was here last, and asks again', async () => {
    const session = createSession(
      once(() => Promise.resolve(who)),
      () => null,
      remembering(who),
    )
    const restored = session.restore()
    await expect.poll(() => session.state.value).toMatchObject({ kind: 'signed_in', who: { name: 'zhang' } })
    await restored
    expect(session.state.value).toEqual({ kind: 'signed_in', who })
  })

  it('asks to sign in over the page where the session has ended meanwhile', async () => {
    const refused = () => Promise.reject(new ApiProblem({ status: 401, detail: 'no login', reason: null, facts: {} }))
    const session = createSession(once(refused), () => null, remembering(who))
    await session.restore()
    expect(session.state.value).toEqual({ kind: 'signed_out', expired: true, failure: null })
  })

  it('waits where nobody is remembered', async () => {
    const session = createSession(
      once(() => Promise.resolve(who)),
      () => null,
      remembering(null),
    )
    const restored = session.restore()
    expect(session.state.value.kind).toBe('unknown')
    await restored
    expect(session.state.value.kind).toBe('signed_in')
  })
})

describe.skipIf(!hasPrograms('chromium'))('the app on a phone', { timeout: 60_000 }, () => {
  const folder = temporaryFolder()
  let service: ServiceProcess
  let property: Furnished
  let browser: TestBrowser

  beforeAll(async () => {
    service = await startService(join(folder.path, 'data'))
    property = await furnish(service)
    browser = await startBrowser()
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await property?.end()
    await service?.kill()
    folder.remove()
  })

  it('asks for at most 150 KB, compressed, before his jobs are there', async () => {
    const fresh = await browser.open(service.http, property.tokens.responder, '#/jobs', { size: 'phone' })
    await fresh.page.locator('main.page').waitFor()
    const loaded = await fresh.page.evaluate<string[]>(
      `performance.getEntriesByType('resource').map(({ name }) => name).concat(location.origin + '/index.html')`,
    )
    const files = [...new Set(loaded.map((url) => new URL(url).pathname))].filter((path) =>
      /\.(js|css|html)$/.test(path),
    )
    expect(files.some((path) => path.includes('JobsPage'))).toBe(true)
    expect(files.some((path) => /Sheet-/.test(path))).toBe(false)
    expect(sizeOf(files)).toBeLessThanOrEqual(FIRST_LOAD_MAX_BYTES)
    await fresh.context.close()
  })

  it('keeps all of the phone, and nothing of the desk', () => {
    const worker = readFileSync(join(dist, 'sw.js'), 'utf8')
    const files = [...new Set(worker.match(/assets\/[\w.-]+/g))]
    const built = readdirSync(join(dist, 'assets'))
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((file) => !built.includes(file.slice('assets/'.length)))).toEqual([])
    expect(files.filter((file) => /Console|LivePage|Wall/.test(file))).toEqual([])
    expect(sizeOf(files)).toBeLessThanOrEqual(KEPT_MAX_BYTES)
  })

  it('can be put on the home screen', async () => {
    const { page, context } = await browser.open(service.http, null, '', { size: 'phone' })
    const link = await page.locator('link[rel="manifest"]').getAttribute('href')
    const response = await fetch(new URL(link!, `${service.http}/`))
    const manifest = (await response.json()) as {
      name: string
      start_url: string
      display: string
      icons: { src: string; sizes: string; purpose: string }[]
    }
    expect(manifest).toMatchObject({ name: '十分', start_url: './#/jobs', display: 'standalone' })
    expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable')
    for (const { src, sizes } of manifest.icons) {
      const png = Buffer.from(await (await fetch(new URL(src, response.url))).arrayBuffer())
      expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`).toBe(sizes)
    }
    const faults = await (await context.newCDPSession(page)).send('Page.getInstallabilityErrors')
    expect(faults.installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([])
    const kept = await fetch(`${service.http}/sw.js`)
    expect(kept.headers.get('cache-control')).toBe('no-cache')
    await context.close()
  })
})
