import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Address } from './connection.ts'
import { startProgram } from './process.ts'

export interface Mosquitto {
  version: string
  address: Address
  stop(): Promise<void>
}

const READY_WITHIN_MS = 10_000
/** Where distributions put it without having it on a user's path. */
const OTHER_FOLDERS = ['/usr/sbin', '/usr/local/sbin']

/** The installed program's path, or null. */
export function findMosquitto(): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...OTHER_FOLDERS]
  return folders.map((folder) => join(folder, 'mosquitto')).find((path) => existsSync(path)) ?? null
}

/** No limit on messages in flight or waiting, and none of them waits in a socket for company. */
export const UNLIMITED = ['max_inflight_messages 0', 'max_queued_messages 0', 'set_tcp_nodelay true']

/** Starts Mosquitto on a free local port: anyone may log in, nothing is written to disk, nothing is logged. */
export async function startMosquitto(
  program: string,
  folder: string,
  limits: readonly string[] = UNLIMITED,
): Promise<Mosquitto> {
  const version = await versionOf(program)
  const address = { host: '127.0.0.1', port: await freePort() }
  const config = join(folder, 'mosquitto.conf')
  const settings = [
    `listener ${address.port} ${address.host}`,
    'allow_anonymous true',
    'persistence false',
    ...limits,
    'log_dest none',
  ]
  await writeFile(config, settings.join('\n') + '\n')
  const running = startProgram({ command: program, args: ['-c', config], cwd: folder, env: process.env })
  try {
    const giveUpAt = performance.now() + READY_WITHIN_MS
    while (!(await accepts(address))) {
      const ended = running.ended()
      if (ended !== null) throw new Error(ended)
      if (performance.now() > giveUpAt) throw new Error(`${program} did not listen within 10 s`)
      await sleep(20)
    }
  } catch (error) {
    await running.stop()
    throw error
  }
  return { version, address, stop: () => running.stop() }
}

/** Its help text begins with the version; it exits with an error all the same. */
function versionOf(program: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, ['-h'], (_error, output) => resolve(/version (\S+)/.exec(output)?.[1] ?? 'of unknown version'))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

function accepts(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address)
    const answer = (yes: boolean) => {
      socket.destroy()
      resolve(yes)
    }
    socket.on('connect', () => answer(true)).on('error', () => answer(false))
  })
}
