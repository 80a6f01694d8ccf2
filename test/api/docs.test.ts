import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NOWHERE } from '../../api/service.ts'
import { systemClock } from '../../rules/clock.ts'
import { createPanel } from '../../simulators/panel.ts'
import { seededRandom } from '../../simulators/random.ts'
import { readAll } from '../../simulators/reading/read-all.ts'
import { type ApiTest, startApi } from '../support/api-client.ts'

type Json = Record<string, unknown>

let api: ApiTest
let document: Json & { paths: Record<string, Record<string, Json>>; components: Record<string, Json> }

beforeAll(async () => {
  // With every route that there can be.
  const [scenario] = readAll(['demo'], {}).scenarios
  const panel = createPanel({ scenario: scenario!, clock: systemClock(), speed: 1, random: seededRandom('docs') })
  api = await startApi({}, NOWHERE, { simulation: panel.simulation })
  document = (await api.get<typeof document>('root:/openapi.json', null)).body
})
afterAll(() => api.end())

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

/** Every object of a JSON value, with where it is. */
function* objects(value: unknown, at = '#'): Generator<[string, Json]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [at, value as Json]
  for (const [key, inner] of Object.entries(value)) yield* objects(inner, `${at}/${key}`)
}

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => ({ path, method, operation })),
  )

describe('the OpenAPI document', () => {
  it('is one of OpenAPI 3.1, of JSON Schema 2020-12', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    expect(document.info).toMatchObject({ title: expect.any(String) as string, version: expect.any(String) as string })
    expect(document.components.securitySchemes).toEqual({ token: { type: 'http', scheme: 'bearer' } })
    const stale = [...objects(document)].filter(
      ([, each]) => 'nullable' in each || typeof each.exclusiveMinimum === 'boolean',
    )
    expect(stale.map(([at]) => at)).toEqual([])
  })

  it('refers only to what it holds', () => {
    const references = [...objects(document)].flatMap(([, { $ref }]) => (typeof $ref === 'string' ? [$ref] : []))
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((inner, key) => (inner as Json | undefined)?.[key], document)
      expect([reference, typeof found]).toEqual([reference, 'object'])
    }
  })

  it('has valid operations: each parameter of a path described once, each answer and body with its schema', () => {
    expect(operations().length).toBeGreaterThan(20)
    for (const { path, method, operation } of operations()) {
      const parameters = (operation.parameters ?? []) as {
        name: string
        in: string
        required?: boolean
        schema: unknown
      }[]
      const inPath = parameters.filter((parameter) => parameter.in === 'path')
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect([method, path, inPath.map(({ name }) => name).sort()]).toEqual([method, path, named.sort()])
      expect(inPath.every(({ required }) => required === true)).toBe(true)
      expect(new Set(parameters.map((each) => `${each.in} ${each.name}`)).size).toBe(parameters.length)
      for (const { name, schema } of parameters) expect([path, name, typeof schema]).toEqual([path, name, 'object'])
      const answers = operation.responses as Record<string, { description: string; content?: Json }>
      expect(Object.keys(answers).every((status) => /^[1-5]\d\d$/.test(status))).toBe(true)
      expect(Object.keys(answers).some((status) => status.startsWith('2'))).toBe(true)
      for (const { description } of Object.values(answers)) expect(description).toMatch(/\w/)
      if (method === 'get') expect(operation).not.toHaveProperty('requestBody')
    }
  })

  it('lists every route of the API that there is, and none that there is not', async () => {
    const listed = operations().map(({ path, method }) => `${method.toUpperCase()} ${path}`)
    for (const { path, method } of operations()) {
      const address = `root:${path.replace('{action}', 'acknowledge').replaceAll(/\{\w+\}/g, 'none')}`
      const { status, body } = await api.ask<{ detail?: string }>(method.toUpperCase(), address, {
        ...(method === 'get' ? {} : { body: {} }),
        ...(path.endsWith('/live') ? { token: null } : {}),
      })
      // Whatever it answers, it is not "there is no such route".
      expect([method, path, status, body.detail ?? '']).not.toEqual([
        method,
        path,
        404,
        expect.stringMatching(/^\w+ \/api\S+ does not exist$/),
      ])
    }
    for (const route of CONTRACT) expect(listed).toContain(route)
  })

  it('misses no route, since every file of routes adds them with their contract', () => {
    const folder = join(import.meta.dirname, '../../api/routes')
    const adding = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const)
    const without = adding.filter(([, text]) => /\b(api|open)\.(get|post|put|patch|delete|all|on)\(/.test(text))
    expect(without.map(([file]) => file)).toEqual([])
    const count = (text: string, found: RegExp) => text.match(found)?.length ?? 0
    const texts = adding.map(([, text]) => text)
    // Every kind of plan has all the routes that one file makes.
    const ofPlans = count(readFileSync(join(folder, 'plans.ts'), 'utf8'), /= createRoute\(/g)
    const kinds = texts.reduce((sum, text) => sum + count(text, /\bplanRoutes\(/g), 0)
    const single =
      texts.reduce((sum, text) => sum + count(text, /= (createRoute|acting|ticketPage|registerPage)\(/g), 0) - ofPlans
    const contracts = single + kinds * ofPlans
    expect(operations().filter(({ path }) => path.startsWith('/api/v1/'))).toHaveLength(contracts)
  })

  it('says of every operation that needs a login what it answers without one', () => {
    for (const { path, method, operation } of operations()) {
      if (!path.startsWith('/api/v1/')) continue
      expect([method, path, Object.keys(operation.responses as Json)]).toEqual([
        method,
        path,
        expect.arrayContaining(['401']) as string[],
      ])
    }
  })
})

/** The routes of the public contract that exist so far. */
const CONTRACT = [
  ...['GET /api/v1/sites', 'POST /api/v1/sites', 'GET /api/v1/sites/{id}', 'PATCH /api/v1/sites/{id}'],
  ...['DELETE /api/v1/sites/{id}', 'GET /api/v1/devices', 'POST /api/v1/devices', 'GET /api/v1/devices/{id}'],
  ...['PATCH /api/v1/devices/{id}', 'DELETE /api/v1/devices/{id}', 'POST /api/v1/devices/{id}/credentials'],
  ...['DELETE /api/v1/devices/{id}/credentials', 'GET /api/v1/devices/{id}/readings', 'GET /api/v1/rejections'],
  ...['GET /api/v1/rules', 'GET /api/v1/rules/{id}', 'GET /api/v1/alarms', 'GET /api/v1/alarms/{id}'],
  ...['acknowledge', 'reset', 'shelve', 'unshelve'].map((action) => `POST /api/v1/alarms/{id}/${action}`),
  ...['POST /api/v1/rules', 'PUT /api/v1/rules/{id}', 'DELETE /api/v1/rules/{id}'],
  ...['GET /api/v1/tickets', 'POST /api/v1/tickets', 'GET /api/v1/tickets/{id}'],
  ...['POST /api/v1/tickets/{id}/{action}', 'GET /api/v1/live', 'GET /api/v1/session', 'POST /api/v1/session'],
  'GET /api/v1/reports/alarm-quality',
  ...['DELETE /api/v1/session', 'GET /api/v1/tokens', 'POST /api/v1/tokens', 'DELETE /api/v1/tokens/{id}'],
]

describe('/docs', () => {
  it('is a page with everything it needs, from the service itself', async () => {
    const page = await api.get('root:/docs', null)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
    const needed = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(needed.length).toBeGreaterThan(2)
    for (const address of needed) {
      expect(address).toMatch(/^\/[^/]/)
      const asset = await api.get(`root:${address}`, null)
      expect([address, asset.status]).toEqual([address, 200])
      expect(asset.text.length).toBeGreaterThan(20)
      expect(asset.headers.get('content-type')).toMatch(address.endsWith('.css') ? /css/ : /javascript/)
    }
    expect(page.text).not.toMatch(/https?:\/\//)
    const policy = page.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toMatch(/script-src|https?:|\*/)
  })
})
