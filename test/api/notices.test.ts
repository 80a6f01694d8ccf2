import pino from 'pino'
import { expect, it } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createService, NOWHERE } from '../../api/service.ts'
import { manualClock } from '../../rules/clock.ts'
import { START_MS } from '../support/api-client.ts'
import { ADMIN_TOKEN, serviceEnvironment, temporaryFolder } from '../support/process.ts'

const OPTIONS = {
  options: { url: 'https://x.example/a' },
  secrets: { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
}
const HOOK = { id: 'hook', name: 'Hook', kind: 'webhook', ...OPTIONS }

/** A start with a key, or with the one in the data folder. */
async function started(path: string, key: string | null) {
  const environment = { ...serviceEnvironment(path), SHIFEN_MQTT_PORT: 'off', ...(key && { SHIFEN_SECRET_KEY: key }) }
  const logged: string[] = []
  const logger = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) })
  const config = loadConfig(null, environment)
  const service = createService({ config, clock: manualClock(START_MS), logger, outgoing: NOWHERE })
  await service.start()
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
  const post = async (address: string, body?: unknown) => {
    const request = { method: 'POST', headers, ...(body ? { body: JSON.stringify(body) } : {}) }
    const answer = await service.fetch(new Request(`http://localhost/api/v1${address}`, request))
    return (await answer.json()) as Record<string, unknown>
  }
  const ready = async () => {
    const answer = await service.fetch(new Request('http://localhost/readyz'))
    return ((await answer.json()) as { checks: Record<string, string> }).checks.channels
  }
  return { service, logged, post, ready }
}

it('runs with a key that opens no secret, says so, and with the right one again sends as before', async () => {
  const { path, remove } = temporaryFolder()
  const first = await started(path, null)
  await first.post('/channels', HOOK)
  expect(await first.ready()).toBe('ok')
  await first.service.stop()

  const wrong = await started(path, 'another key of at least 32 characters')
  expect(wrong.logged.join()).toContain('sealed with another secretKey')
  expect(await wrong.ready()).toMatch(/^hook: sealed with another secretKey/)
  const answers = { answers: [{ answer: expect.stringMatching(/another secretKey/) as string }] }
  expect(await wrong.post('/channels/hook/test')).toMatchObject(answers)
  await wrong.service.stop()

  const right = await started(path, null)
  expect([await right.ready(), right.logged]).toEqual(['ok', []])
  expect(await right.post('/channels/hook/test')).not.toMatchObject(answers)
  await right.service.stop()
  remove()
}, 30_000)

it('refuses a key that can be guessed', () => {
  expect(() => loadConfig(null, { SHIFEN_SECRET_KEY: 'short' })).toThrow(/SHIFEN_SECRET_KEY.*32 characters/)
})
