import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { runLive } from '../../simulators/run.ts'
import type { LiveOptions } from '../../simulators/run.ts'

const options = (more: Partial<LiveOptions>): LiveOptions => ({
  mqttUrl: 'mqtt://127.0.0.1:1',
  httpUrl: 'http://127.0.0.1:1',
  token: 'none',
  scenario: 'demo',
  seed: 1,
  signal: new AbortController().signal,
  log: () => undefined,
  ...more,
})

describe('a live run', () => {
  it('names the scenarios there are when asked for another', async () => {
    await expect(runLive(options({ scenario: 'fire' }))).rejects.toThrow(
      'there is no scenario "fire"; choose one of: demo',
    )
  })

  it('refuses a speed that is none', async () => {
    for (const speed of [0, -1, NaN, Infinity]) {
      await expect(runLive(options({ speed }))).rejects.toThrow('speed must be a number above 0')
    }
  })

  it('says in one sentence that the service does not answer', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    await expect(runLive(options({ httpUrl: `http://127.0.0.1:${port}` }))).rejects.toThrow(
      `the simulated building could not be set up: fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    )
  })

  it('ends without an error when it is called off before it began', async () => {
    await expect(runLive(options({ signal: AbortSignal.abort() }))).resolves.toBeUndefined()
  })
})
