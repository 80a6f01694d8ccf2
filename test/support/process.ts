import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The admin token that the tests configure; at least 16 characters. */
export const ADMIN_TOKEN = 'test-admin-0123456789'

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** What is compiled, as its own process. */
export interface ShifenProcess {
  readonly pid: number
  readonly stdout: string
  readonly stderr: string
  readonly ended: Promise<Ended>
  signal(name: NodeJS.Signals): void
}

export interface ServiceProcess extends ShifenProcess {
  readonly http: string
  readonly mqtt: { url: string; host: string; port: number }
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<Ended>
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<Ended>
  /** Asks the API as the admin. */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
}

export interface ProcessOptions {
  /** Settings over what the tests set; `undefined` takes one away. */
  env?: Record<string, string | undefined>
  cwd?: string
  /** What runs it: the arguments of node follow. */
  prefix?: readonly string[]
}

const program = join(import.meta.dirname, '../../dist/api/main.js')
const READY = /^shifen ready http=(http:\S+) mqtt=(mqtt:\/\/([^\s:]+):(\d+))$/m
const READY_WITHIN_MS = 20_000

/** A folder of its own below the system's temporary one, and how to remove it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'shifen-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Starts `node ...nodeArgs` with none of the caller's own settings of the service. */
export function startNode(nodeArgs: readonly string[], { env = {}, cwd = tmpdir(), prefix = [] }: ProcessOptions) {
  const foreign = Object.entries(process.env).filter(([name]) => !name.startsWith('SHIFEN_'))
  const [command, ...args] = [...prefix, process.execPath, ...nodeArgs]
  const child = spawn(command!, args, {
    cwd,
    env: { ...Object.fromEntries(foreign), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    process.off('exit', kill)
    return { code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr }
  })
  return {
    pid: child.pid!,
    get stdout() {
      return stdout
    },
    get stderr() {
      return stderr
    },
    ended,
    signal: (name: NodeJS.Signals) => void child.kill(name),
    onOutput: (listener: () => void) => void child.stdout.on('data', listener),
  }
}

export type RunningNode = ReturnType<typeof startNode>

const ENDS_WITHIN_MS = 15_000

/** Runs `shifen` to its end; SIGKILL after 15 s. */
export async function runShifen(args: readonly string[], options: ProcessOptions = {}) {
  const running = startNode([program, ...args], options)
  const late = setTimeout(() => running.signal('SIGKILL'), ENDS_WITHIN_MS)
  const ended = await running.ended
  clearTimeout(late)
  return ended
}

/** The settings of a service on `dataDir`, on free ports. */
export function serviceEnvironment(dataDir: string): Record<string, string> {
  return {
    SHIFEN_DATA_DIR: dataDir,
    SHIFEN_HTTP_PORT: '0',
    SHIFEN_MQTT_PORT: '0',
    SHIFEN_ADMIN_TOKEN: ADMIN_TOKEN,
    SHIFEN_LOG_LEVEL: 'warn',
  }
}

/** `shifen serve` on `dataDir`, begun. */
export function beginService(dataDir: string, options: ProcessOptions = {}): RunningNode {
  const env = { ...serviceEnvironment(dataDir), ...options.env }
  return startNode([program, 'serve'], { ...options, env })
}

/** `shifen serve` on `dataDir`, once it has said that it is ready. */
export function startService(dataDir: string, options: ProcessOptions = {}): Promise<ServiceProcess> {
  return whenReady(beginService(dataDir, options))
}

export async function whenReady(running: RunningNode): Promise<ServiceProcess> {
  const ready = await new Promise<RegExpExecArray>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${running.stdout}${running.stderr}`))
    const late = setTimeout(() => {
      running.signal('SIGKILL')
      fail('the service was not ready in time')
    }, READY_WITHIN_MS)
    running.onOutput(() => {
      const match = READY.exec(running.stdout)
      if (!match) return
      clearTimeout(late)
      resolve(match)
    })
    void running.ended.then(() => {
      clearTimeout(late)
      fail('the service ended before it was ready')
    })
  })
  const [, http = '', url = '', host = '', port = ''] = ready
  const end = (signal: NodeJS.Signals) => {
    running.signal(signal)
    return running.ended
  }
  return Object.assign(running, {
    http,
    mqtt: { url, host, port: Number(port) },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async api<T>(method: string, path: string, body?: unknown): Promise<T> {
      const response = await fetch(`${http}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`)
      return (text === '' ? null : JSON.parse(text)) as T
    },
  })
}
