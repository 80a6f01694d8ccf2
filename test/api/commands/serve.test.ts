import { existsSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { connectAsync } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  ADMIN_TOKEN,
  beginService,
  runShifen,
  serviceEnvironment,
  startService,
  temporaryFolder,
  type ServiceProcess,
  type ShifenProcess,
} from '../../support/process.ts'

let folder: ReturnType<typeof temporaryFolder>
const started: ServiceProcess[] = []

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(async () => {
  for (const service of started.splice(0)) await service.kill()
  folder.remove()
})

const start = async (env: Record<string, string | undefined> = {}) => {
  const service = await startService(join(folder.path, 'data'), { env, cwd: folder.path })
  started.push(service)
  return service
}

/** The service on its own folder, asked to stop once it has said so. */
async function serveUntil(env: Record<string, string>, hasSaid: (said: ShifenProcess) => boolean) {
  const running = beginService(folder.path, { env, cwd: folder.path })
  await vi.waitFor(() => expect(hasSaid(running)).toBe(true), { timeout: 20_000 })
  running.signal('SIGTERM')
  return running.ended
}

describe('shifen serve', () => {
  it('says in one line of standard output that it is ready, with the real ports', async () => {
    const service = await start()
    const { stdout } = await service.stop()
    expect(stdout).toMatch(/^shifen ready http=http:\/\/127\.0\.0\.1:\d+ mqtt=mqtt:\/\/127\.0\.0\.1:\d+\n$/)
    expect(stdout).not.toContain(':0')
    expect(existsSync(join(folder.path, 'data', 'shifen.db'))).toBe(true)
  })

  it('says mqtt=none where the embedded broker is off', async () => {
    // startService waits for both addresses, so the process is asked directly.
    const env = { SHIFEN_MQTT_PORT: 'off' }
    const { stdout } = await serveUntil(env, ({ stdout }) => stdout.endsWith('\n'))
    expect(stdout).toMatch(/^shifen ready http=http:\/\/127\.0\.0\.1:\d+ mqtt=none\n$/)
  })

  it('starts where an outside broker is away: that can end while it runs', async () => {
    const away = { SHIFEN_MQTT_PORT: 'off', SHIFEN_MQTT_URL: 'mqtt://shifen:hidden@127.0.0.1:1' }
    const isTold = ({ stdout, stderr }: ShifenProcess) => stdout.endsWith('\n') && stderr.includes('outside broker')
    const { stdout, stderr } = await serveUntil(away, isTold)
    expect(stdout).toMatch(/ mqtt=none\n$/)
    const told = stderr.split('\n').filter((line) => line.includes('outside broker'))
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('it cannot be reached (ECONNREFUSED)')
    expect(stderr).not.toContain('hidden')
  })

  it('makes an admin token at the first start, shows it that once, and keeps only its hash', async () => {
    const first = await start({ SHIFEN_ADMIN_TOKEN: undefined })
    const lines = first.stderr.split('\n').filter((line) => line.includes('adminToken'))
    expect(lines).toHaveLength(1)
    const { adminToken } = JSON.parse(lines[0]!) as { adminToken: string }
    const ask = (service: ServiceProcess) =>
      fetch(`${service.http}/api/v1/session`, { headers: { authorization: `Bearer ${adminToken}` } })
    expect(await (await ask(first)).json()).toEqual({ name: 'admin', role: 'admin', sites: null })
    await first.stop()

    const second = await start({ SHIFEN_ADMIN_TOKEN: undefined })
    expect((await ask(second)).status).toBe(200)
    const { stdout, stderr } = await second.stop()
    expect(stdout + stderr).not.toMatch(/adminToken|shf_/)
    const db = new BetterSqlite3(join(folder.path, 'data', 'shifen.db'), { readonly: true })
    expect(JSON.stringify(db.prepare('select * from tokens').all())).not.toContain(adminToken)
    db.close()
  })

  it('takes the configured admin token and shows it nowhere', async () => {
    const service = await start()
    expect((await service.api('GET', '/session')).role).toBe('admin')
    const { stdout, stderr } = await service.stop()
    expect(stdout + stderr).not.toContain(ADMIN_TOKEN)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends with 0 within five seconds of ${signal} in the middle of a load, and what it acknowledged is stored`, async () => {
      const service = await start()
      const { mqtt } = await service.api<{ mqtt: Record<string, string> }>('POST', '/devices', {
        id: 'meter-1',
        site: 'default',
        kind: 'power_meter',
      })
      const client = await connectAsync(service.mqtt.url, { ...mqtt, reconnectPeriod: 0 } as object)
      let acknowledged = 0
      let sending = true
      client.on('error', () => undefined)
      client.on('close', () => (sending = false))
      const publish = async (): Promise<void> => {
        for (let count = 0; sending; count += 1) {
          const payload = JSON.stringify({ values: { 'voltage.l1': 220 + (count % 5) } })
          const taken = await client.publishAsync(`${mqtt.topic}/telemetry`, payload, { qos: 1 }).then(
            () => true,
            () => false,
          )
          if (!taken) return
          acknowledged += 1
        }
      }
      const load = Promise.all(Array.from({ length: 50 }, publish))
      const stream = await fetch(`${service.http}/api/v1/live`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
      await new Promise((resolve) => setTimeout(resolve, 300))
      // A stop that takes longer than five seconds ends with 1.
      service.signal(signal)
      const { code, stderr } = await service.ended
      sending = false
      client.end(true)
      await load
      await stream.body?.cancel().catch(() => undefined)
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(acknowledged).toBeGreaterThan(0)
      const db = new BetterSqlite3(join(folder.path, 'data', 'shifen.db'), { readonly: true })
      const { stored } = db.prepare('select count(*) as stored from readings').get() as { stored: number }
      db.close()
      expect(stored).toBeGreaterThanOrEqual(acknowledged)
    })
  }
})

describe('shifen serve with a configuration that is wrong', () => {
  const refuses = async (env: Record<string, string>, file?: string) => {
    if (file !== undefined) writeFileSync(join(folder.path, 'shifen.yaml'), file)
    const ended = await runShifen(['serve'], {
      env: { ...serviceEnvironment(join(folder.path, 'data')), ...env },
      cwd: folder.path,
    })
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' })
    return ended.stderr
  }

  it('names a key of the file that it does not know', async () => {
    expect(await refuses({}, 'htpp:\n  port: 1\n')).toMatch(/htpp.*allowed: .*http/)
    expect(await refuses({}, 'http:\n  prot: 1\n')).toMatch(/prot.*under http.*port/)
  })

  it('names a variable that it does not know', async () => {
    expect(await refuses({ SHIFEN_HTTP_PROT: '1' })).toMatch(/SHIFEN_HTTP_PROT.*allowed: .*SHIFEN_HTTP_PORT/)
  })

  it('names a port that is none', async () => {
    expect(await refuses({ SHIFEN_HTTP_PORT: '65536' })).toMatch(/http\.port.*SHIFEN_HTTP_PORT.*65535/)
    expect(await refuses({ SHIFEN_MQTT_PORT: 'on' })).toMatch(/mqtt\.port.*SHIFEN_MQTT_PORT.*off/)
    writeFileSync(join(folder.path, 'other.yaml'), 'mqtt:\n  port: "18a"\n')
    expect(await refuses({ SHIFEN_CONFIG: join(folder.path, 'other.yaml'), SHIFEN_MQTT_PORT: '' })).toMatch(
      /mqtt\.port/,
    )
  })

  it('names a time zone that does not exist', async () => {
    expect(await refuses({ SHIFEN_TIMEZONE: 'Mars/Olympus' })).toMatch(/SHIFEN_TIMEZONE.*Asia\/Shanghai/)
  })

  it('names a short admin token without showing it', async () => {
    const told = await refuses({ SHIFEN_ADMIN_TOKEN: 'short-secret' })
    expect(told).toMatch(/SHIFEN_ADMIN_TOKEN.*16/)
    expect(told).not.toContain('short-secret')
  })

  it('names the file that it cannot read, and one that is not YAML', async () => {
    const missing = await runShifen(['--config', join(folder.path, 'missing.yaml'), 'serve'], { cwd: folder.path })
    expect(missing.code).toBe(2)
    expect(missing.stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(missing.stderr).toContain('missing.yaml')
    expect(await refuses({}, 'http: [1\n')).toMatch(/YAML/)
    expect(await refuses({}, '- a list\n')).toMatch(/keys and values/)
    const secret = { SHIFEN_ADMIN_TOKEN: '', SHIFEN_ADMIN_TOKEN_FILE: join(folder.path, 'missing-token') }
    expect(await refuses(secret, '')).toMatch(/SHIFEN_ADMIN_TOKEN_FILE/)
  })

  it.each(['SHIFEN_HTTP_PORT', 'SHIFEN_MQTT_PORT'])('names %s where that port is in use', async (variable) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const told = await refuses({ [variable]: String(port) })
    other.close()
    expect(told).toContain(String(port))
    expect(told).toContain(variable)
  })

  it('names an address that is not its own', async () => {
    expect(await refuses({ SHIFEN_HTTP_HOST: '192.0.2.1' })).toMatch(/SHIFEN_HTTP_HOST/)
  })

  it('names a folder that it cannot write to', async () => {
    writeFileSync(join(folder.path, 'file'), '')
    expect(await refuses({ SHIFEN_DATA_DIR: join(folder.path, 'file', 'data') })).toMatch(/SHIFEN_DATA_DIR/)
    expect(await refuses({ SHIFEN_DATA_DIR: join(folder.path, 'file') })).toMatch(/SHIFEN_DATA_DIR/)
  })
})
