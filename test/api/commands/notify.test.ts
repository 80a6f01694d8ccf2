import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ADMIN_TOKEN, runShifen, type ServiceProcess, startService, temporaryFolder } from '../../support/process.ts'

const folder = temporaryFolder()
let service: ServiceProcess
beforeAll(async () => void (service = await startService(join(folder.path, 'data'))))
afterAll(async () => {
  await service.kill()
  folder.remove()
})
const shifen = (...args: string[]) =>
  runShifen(['notify', 'test', ...args], { env: { SHIFEN_URL: service.http, SHIFEN_TOKEN: ADMIN_TOKEN } })

it('sends one and says what came back, as text and as data', async () => {
  const text = await shifen('--channel', 'log')
  expect([text.code, text.stdout]).toEqual([0, expect.stringMatching(/^log: sent in \d+ ms: /)])
  const data = await shifen('--channel', 'log', '--json')
  expect(JSON.parse(data.stdout)).toMatchObject({ sent: true, answers: [{ channel: 'log' }] })
}, 30_000)

it('ends with 1 where nothing got through or nobody is there, and with 2 where nobody is named', async () => {
  const hook = {
    options: { url: 'http://127.0.0.1:9/' },
    secrets: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  }
  await service.api('POST', '/channels', { id: 'hook', name: 'Hook', kind: 'webhook', ...hook })
  const shut = await shifen('--channel', 'hook')
  expect([shut.code, shut.stdout, shut.stderr]).toEqual([
    1,
    expect.stringMatching(/^hook: failed/),
    'nothing got through\n',
  ])
  expect((await shifen('--responder', 'nobody')).code).toBe(1)
  expect((await shifen()).code).toBe(2)
}, 30_000)
