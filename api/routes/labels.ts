import { createRoute, z } from '@hono/zod-openapi'
import { html } from 'hono/html'
import type { Engine } from '../../rules/engine.ts'
import { arrivalCode, deviceOfCode } from '../../rules/jobs/arrival-code.ts'
import { type Device, HOUR_MS, type Principal, Refusal, type Ticket } from '../../rules/model.ts'
import { seesSite } from '../../rules/rights.ts'
import type { Api } from '../app.ts'
import { allow } from '../auth.ts'
import { id, json, problems } from './schemas.ts'

/** Labels at devices: whoever read the code of one was there. */

const tags = ['devices']
const params = z.object({ id })

const code = createRoute({
  method: 'get',
  path: '/devices/{id}/arrival-code',
  tags,
  summary: 'The code on the label at a device, which proves an arrival',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { params },
  responses: {
    200: json(z.object({ device: z.string(), code: z.string().openapi({ example: 'K7Q2-9XMD' }) }), 'the code'),
    ...problems(401, 403, 404),
  },
})

const label = createRoute({
  method: 'get',
  path: '/devices/{id}/label',
  tags,
  summary: 'The label of a device, to be printed and put up at it',
  middleware: [allow('engineer', 'dispatcher')] as const,
  request: { params },
  responses: {
    200: { description: 'a page', content: { 'text/html': { schema: z.string() } } },
    ...problems(401, 403, 404),
  },
})

const LABEL_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'cache-control': 'no-store',
}

export function labelRoutes(api: Api, engine: Engine, key: Buffer): void {
  const visible = (by: Principal, wanted: string): Device => {
    const device = engine.device(wanted)?.device
    if (!device || !seesSite(by, device.site)) throw new Refusal('not_found', `device ${wanted} does not exist`)
    return device
  }

  api.openapi(code, (c) => {
    const { id: device } = visible(c.get('principal'), c.req.valid('param').id)
    return c.json({ device, code: arrivalCode(device, key) }, 200)
  })

  api.openapi(label, (c) => {
    const device = visible(c.get('principal'), c.req.valid('param').id)
    const site = engine.world().sites.get(device.site)?.name ?? device.site
    return c.html(labelPage(device, site, arrivalCode(device.id, key)), 200, LABEL_HEADERS)
  })
}

/** Nothing from elsewhere and no script: it is printed from whatever is at hand. */
function labelPage({ name, location, id }: Device, site: string, code: string) {
  return html`<!doctype html>
    <html lang="zh">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>到场码 ${code}</title>
        <style>
          body {
            font:
              16px/1.4 system-ui,
              sans-serif;
            margin: 0;
            color: #000;
            background: #fff;
          }
          main {
            box-sizing: border-box;
            max-width: 26rem;
            margin: 1rem auto;
            padding: 1.25rem;
            border: 2px solid #000;
            border-radius: 12px;
            text-align: center;
          }
          h1 {
            font-size: 1.3rem;
            margin: 0 0 0.25rem;
            overflow-wrap: anywhere;
          }
          p {
            margin: 0.25rem 0;
            overflow-wrap: anywhere;
          }
          .code {
            font:
              700 3rem/1.2 ui-monospace,
              monospace;
            margin: 0.75rem 0;
            white-space: nowrap;
          }
        </style>
      </head>
      <body>
        <main>
          <h1>${name || id}</h1>
          <p>${[site, location].filter((part) => part !== '').join(' · ')}</p>
          <p class="code">${code}</p>
          <p>维修人员到场后输入此码</p>
          <p lang="en">On arrival, enter this code</p>
        </main>
      </body>
    </html>`
}

/** So many codes may be tried at one ticket within an hour. */
const TRIES_MAX = 20

/** Answers whose label a code is that is right for a ticket. Throws `Refusal` `invalid`; `null`: tried too often. */
export type ReadLabel = (ticket: Ticket, code: string) => string | null

export function labelReader(engine: Engine, key: Buffer): ReadLabel {
  let tries = new Map<string, number>()
  let since = engine.now()
  return (ticket, code) => {
    if (engine.now() - since >= HOUR_MS) {
      tries = new Map()
      since = engine.now()
    }
    const tried = (tries.get(ticket.id) ?? 0) + 1
    tries.set(ticket.id, tried)
    if (tried > TRIES_MAX) return null
    const device = deviceOfCode(code, devicesAt(engine, ticket), key)
    if (device === null)
      throw new Refusal('invalid', 'code: not of a label here; read it again, or arrive without it', 'code_wrong')
    return device
  }
}

/** The ticket's device and those in the same place; without one every device of its site. */
function* devicesAt(engine: Engine, { device: own, site, location }: Ticket): Iterable<string> {
  for (const { device } of engine.devices()) {
    if (device.site !== site || device.retiredAt !== null) continue
    if (own === null || device.id === own || (location !== '' && device.location === location)) yield device.id
  }
}
