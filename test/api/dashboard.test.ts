import { OpenAPIHono } from '@hono/zod-openapi'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { serve } from '@hono/node-server'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { get, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dashboard } from '../../api/dashboard.ts'
import { compressFiles } from '../../api/web/precompress.ts'
import { temporaryFolder } from '../support/process.ts'

const SCRIPT = `${'const many = "of the same words"\n'.repeat(50)}`
const FILES = {
  'index.html': `<!doctype html>${'<p>一样的话</p>'.repeat(50)}`,
  'sw.js': SCRIPT,
  'manifest.webmanifest': JSON.stringify({ name: '十分', icons: Array(20).fill({ src: 'icon.png' }) }),
  'icon-maskable.png': 'no picture',
  'assets/index-D8AFKeR2.js': SCRIPT,
  'assets/console-a_B-c3d4.css': 'p { color: red }\n'.repeat(50),
  'assets/plain.js': SCRIPT,
  'tiny.json': '1',
}

const folder = temporaryFolder()
let port: number
let server: ReturnType<typeof serve>

beforeAll(async () => {
  for (const [name, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), content)
  }
  await compressFiles(folder.path)
  const app = new OpenAPIHono()
  dashboard(app, folder.path)
  server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.close()
  folder.remove()
})

/** Over a socket, undecoded. */
function ask(path: string, accepts = ''): Promise<{ headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers = accepts === '' ? {} : { 'accept-encoding': accepts }
    get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(parts) }))
    }).on('error', reject)
  })
}

describe('the files of the dashboard', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['', undefined, (body: Buffer) => body],
  ])('come to who accepts "%s" as %s', async (accepts, encoding, unpack) => {
    for (const name of ['index.html', 'sw.js', 'manifest.webmanifest', 'assets/index-D8AFKeR2.js'] as const) {
      const { headers, body } = await ask(`/${name}`, accepts)
      expect([name, headers['content-encoding']]).toEqual([name, encoding])
      expect(unpack(body).toString()).toBe(FILES[name])
      expect(headers.vary?.toLowerCase()).toBe('accept-encoding')
      expect(Number(headers['content-length'])).toBe(body.length)
    }
  })

  it('have the type of what they are, compressed or not', async () => {
    for (const accepts of ['br', '']) {
      const types = await Promise.all(
        ['/', '/sw.js', '/manifest.webmanifest', '/assets/console-a_B-c3d4.css'].map(
          async (path) => (await ask(path, accepts)).headers['content-type'],
        ),
      )
      expect(types).toEqual([
        'text/html; charset=utf-8',
        'text/javascript; charset=utf-8',
        'application/manifest+json',
        'text/css; charset=utf-8',
      ])
    }
  })

  it('are kept for ever only where their name says what is in them', async () => {
    const kept = async (path: string) => (await ask(path, 'br')).headers['cache-control']
    for (const path of [
      '/',
      '/index.html',
      '/sw.js',
      '/manifest.webmanifest',
      '/icon-maskable.png',
      '/assets/plain.js',
    ]) {
      expect([path, await kept(path)]).toEqual([path, 'no-cache'])
    }
    for (const path of ['/assets/index-D8AFKeR2.js', '/assets/console-a_B-c3d4.css']) {
      expect([path, await kept(path)]).toEqual([path, 'public, max-age=31536000, immutable'])
    }
  })

  it('are not compressed where that makes them longer', async () => {
    expect((await ask('/tiny.json', 'br, gzip')).headers['content-encoding']).toBeUndefined()
  })
})
