import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'

export interface Program {
  command: string
  args: string[]
  cwd: string
  env: NodeJS.ProcessEnv
}

export interface RunningProgram {
  pid: number
  /** Resolves with the first standard output line that matches; rejects when the program ends or the time is over. */
  line(pattern: RegExp, withinMs: number): Promise<RegExpExecArray>
  /** How it ended and what it said last, while nobody asked it to; null as long as it runs. */
  ended(): string | null
  /** SIGTERM, and SIGKILL where that does not end it within 10 s. */
  stop(): Promise<void>
}

const STOP_WITHIN_MS = 10_000
const LAST_WORDS = 5

/** Starts a program that ends with this process at the latest. */
export function startProgram(program: Program): RunningProgram {
  const { command, args, cwd, env } = program
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => void child.kill('SIGKILL')
  process.once('exit', kill)

  const lastWords: string[] = []
  let output = ''
  let endedBy: string | null = null
  const waiting = new Set<() => void>()
  const wake = () => waiting.forEach((check) => check())

  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-65_536)
    wake()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords.push(...text.split('\n').filter((line) => line.trim() !== ''))
    lastWords.splice(0, lastWords.length - LAST_WORDS)
  })
  const over = new Promise<void>((resolve) => {
    const end = (how: string) => {
      endedBy = [`${command} ${args.join(' ')} ${how}`, ...lastWords].join('\n  ')
      process.off('exit', kill)
      wake()
      resolve()
    }
    child.on('error', (error) => end(`could not be started: ${error.message}`))
    child.on('close', (code, signal) => end(`ended with ${signal ?? `code ${code}`}`))
  })

  return {
    pid: child.pid ?? -1,
    ended: () => endedBy,
    line: (pattern, withinMs) =>
      new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer)
          waiting.delete(check)
          act()
        }
        const check = () => {
          const match = output
            .split('\n')
            .slice(0, -1)
            .map((line) => pattern.exec(line))
            .find((found) => found !== null)
          if (match) settle(() => resolve(match))
          else if (endedBy !== null) settle(() => reject(new Error(endedBy ?? '')))
        }
        const late = () => settle(() => reject(new Error(`${command} was not ready after ${withinMs / 1_000} s`)))
        const timer = setTimeout(late, withinMs)
        waiting.add(check)
        check()
      }),
    async stop() {
      if (endedBy !== null) return
      child.kill('SIGTERM')
      const impatient = setTimeout(kill, STOP_WITHIN_MS)
      await over
      clearTimeout(impatient)
    },
  }
}

/** Resident memory in MB (10^6 bytes), or null where the platform has no /proc. */
export async function residentMemoryMB(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return kibibytes === undefined ? null : (Number(kibibytes) * 1_024) / 1_000_000
}
