import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../support/programs.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export interface Mosquitto {
  url: string
  port: number
  start(): Promise<void>
  /** Kills it at once. */
  stop(): Promise<void>
  /** Stops it and removes its folder. */
  remove(): Promise<void>
}

/** Survives `kill -9` with all but what came in the last moment. */
export const PERSISTENT = ['persistence true', 'autosave_on_changes true', 'autosave_interval 1']

/**
 * A real Mosquitto on a free port of its own, with the given users and no anonymous access; `settings` are lines of its
 * configuration, those of the listener first. Without persistence unless they say so.
 */
export async function mosquitto(
  users: Record<string, string>,
  settings: readonly string[] = ['persistence false'],
): Promise<Mosquitto> {
  const program = findProgram('mosquitto')
  if (!program) throw new Error('Mosquitto is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'shifen-mosquitto-'))
  const port = await freePort()
  const passwords = join(folder, 'passwords')
  writeFileSync(
    passwords,
    Object.entries(users)
      .map((pair) => `${pair.join(':')}\n`)
      .join(''),
    { mode: 0o600 },
  )
  const hashed = spawnSync('mosquitto_passwd', ['-U', passwords])
  if (hashed.status !== 0) throw new Error(`mosquitto_passwd failed: ${String(hashed.stderr)}`)
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(
    config,
    [
      `listener ${port} 127.0.0.1`,
      ...settings,
      'allow_anonymous false',
      `password_file ${passwords}`,
      `persistence_location ${folder}/`,
      `user ${userInfo().username}`,
      '',
    ].join('\n'),
  )

  let process: ChildProcess | null = null
  const stop = async () => {
    if (!process || process.exitCode !== null) return
    const ended = once(process, 'exit')
    process.kill('SIGKILL')
    await ended
    process = null
  }
  const start = async () => {
    process = spawn(program, ['-c', config], { stdio: 'ignore' })
    for (let tries = 0; tries < 100; tries += 1) {
      if (await answers(port)) return
      await sleep(50)
    }
    throw new Error('Mosquitto did not start within five seconds')
  }
  await start()
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    start,
    stop,
    async remove() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
