import BetterSqlite3 from 'better-sqlite3'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../api/config.ts'
import { createService } from '../../api/service.ts'
import { createWatchdog } from '../../api/watchdog.ts'
import { manualClock } from '../../rules/clock.ts'
import { START_MS } from '../support/api-client.ts'
import { eventually } from '../support/eventually.ts'
import { serviceEnvironment, temporaryFolder } from '../support/process.ts'

const MINUTE = 60_000

/** Somebody else, who waits for calls. */
let calls: string[]
let answer: number
let watcher: ReturnType<typeof createServer>
let url: string
beforeEach(async () => {
  calls = []
  answer = 200
  watcher = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`)
    if (answer > 0) response.writeHead(answer, { location: '/elsewhere' }).end('thanks')
  }).listen(0, '127.0.0.1')
  await once(watcher, 'listening')
  url = `http://127.0.0.1:${(watcher.address() as AddressInfo).port}/ping/secret-1`
})
afterEach(() => {
  watcher.closeAllConnections()
  watcher.close()
})

describe('the watchdog', () => {
  const clock = manualClock(START_MS)
  const watch = (to = url) => {
    const results: string[] = []
    const troubles: (string | null)[] = []
    const well = { value: true }
    const dog = createWatchdog({
      url: to,
      everyMs: MINUTE,
      now: () => clock.now(),
      isWell: () => well.value,
      onResult: (result) => results.push(result),
      onTrouble: (trouble) => troubles.push(trouble),
    })
    const check = async (ms = 0) => {
      const before = results.length
      clock.advance(ms)
      dog.check()
      await eventually(() => expect(results.length).toBe(before + 1))
    }
    return { dog, results, troubles, well, check }
  }

  it('calls at once and then every minute, while the service is well', async () => {
    const { dog, well, check } = watch()
    well.value = false
    dog.check()
    for (let other = 0; other < 2; other++) await (await fetch(`${url}/other`)).text()
    expect(calls.splice(0)).toEqual(Array(2).fill('GET /ping/secret-1/other'))
    well.value = true
    await check()
    clock.advance(MINUTE - 1)
    dog.check()
    await check(1)
    expect(calls).toEqual(Array(2).fill('GET /ping/secret-1'))
    await dog.stop()
  })

  it('tells each change once, and never the address', async () => {
    const { dog, results, troubles, check } = watch()
    for (const status of [500, 500, 302, 204]) {
      answer = status
      await check(MINUTE)
      expect(dog.trouble()).toBe(status === 204 ? null : `it answered ${status}`)
    }
    expect(results).toEqual(['failed', 'failed', 'failed', 'answered'])
    expect(troubles).toEqual(['it answered 500', 'it answered 302', null])
    watcher.closeAllConnections()
    watcher.close()
    const nobody = watch()
    await nobody.check()
    expect(nobody.troubles).toEqual([expect.stringMatching(/^no connection \([A-Z_]+\)$/)])
  })

  it('ends a call that waits, and makes none after', async () => {
    answer = 0
    const { dog, results } = watch()
    dog.check()
    await eventually(() => expect(calls).toHaveLength(1))
    await dog.stop()
    clock.advance(MINUTE)
    dog.check()
    expect(results).toEqual([])
    expect(calls).toHaveLength(1)
  })
})

it('a service is watched while it is ready, and what becomes of the calls stops nothing', async () => {
  const folder = temporaryFolder()
  const clock = manualClock(START_MS)
  const config = loadConfig(null, { ...serviceEnvironment(folder.path), SHIFEN_WATCHDOG_URL: url })
  const service = createService({ config, clock, logger: pino({ level: 'silent' }) })
  await service.start()
  const ask = (path: string) => service.fetch(new Request(`http://localhost${path}`))
  const ready = async () => {
    const response = await ask('/readyz')
    return [response.status, ((await response.json()) as { checks: Record<string, string> }).checks.watchdog]
  }
  const pass = (ms: number) => {
    clock.advance(ms)
    return service.tick()
  }
  await pass(0)
  const counted = async () => /^shifen_watchdog_calls_total.*/m.exec(await (await ask('/metrics')).text())?.[0]
  await eventually(async () => expect(await counted()).toBe('shifen_watchdog_calls_total{result="answered"} 1'))
  expect([calls.length, await ready()]).toEqual([1, [200, 'ok']])

  const other = new BetterSqlite3(join(folder.path, 'shifen.db'))
  other.exec('begin exclusive')
  for (let minute = 0; minute < 3; minute++) await expect(pass(MINUTE)).rejects.toThrow(/lock/)
  expect(await ready()).toEqual([503, 'ok'])
  other.exec('rollback')
  other.close()
  expect(calls).toHaveLength(1)

  answer = 503
  await pass(0)
  await eventually(async () => expect(await ready()).toEqual([200, 'it answered 503']))
  expect(calls).toHaveLength(2)
  await service.stop()
  expect(calls).toHaveLength(2)
  folder.remove()
})
