import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LiveTarget } from '../../simulators/live.ts'
import { Failure } from './failure.ts'

/** As they are written on the command line. */
export interface SimulateOptions {
  list?: true
  seed?: string
  repeat: string
  set: Readonly<Record<string, string>>
  watch?: true
  speed?: string
  report?: string
  junit?: string
  json?: true
  live?: true
  url?: string
  http?: string
  token?: string
  drill?: true
  notify?: string
}

const REPEAT_MAX = 10_000

export const addSetting = (written: string, before: Readonly<Record<string, string>>): Record<string, string> => {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(written) ?? []
  if (name === undefined || value === undefined) throw new Failure(`--set is name=value, not ${written}`, 2)
  return { ...before, [name]: value }
}

export function repeatOf({ repeat }: SimulateOptions): number {
  const times = Number(repeat)
  if (Number.isInteger(times) && times >= 1 && times <= REPEAT_MAX) return times
  throw new Failure(`--repeat is a whole number from 1 to ${REPEAT_MAX}, not ${repeat}`, 2)
}

/** `null`: not set. */
export function speedOf({ speed }: Pick<SimulateOptions, 'speed'>): number | null {
  if (speed === undefined) return null
  const times = Number(speed)
  if (times > 0 && times < Infinity) return times
  throw new Failure(`--speed is a number above 0, not ${speed}`, 2)
}

/** Where a live run goes; `null` for one in virtual time. */
export function liveOf(options: SimulateOptions, environment: NodeJS.ProcessEnv): LiveTarget | null {
  if (options.live === undefined) {
    const live = (['url', 'http', 'token', 'drill', 'notify'] as const).filter((name) => options[name] !== undefined)
    if (live.length === 0) return null
    throw new Failure(`--${live.join(', --')} ${live.length > 1 ? 'are' : 'is'} for live runs: add --live`, 2)
  }
  const token = options.token ?? environment.SHIFEN_TOKEN ?? environment.SHIFEN_ADMIN_TOKEN
  if (token === undefined) throw new Failure('an admin token is needed: --token, or SHIFEN_TOKEN in the environment', 2)
  return {
    mqttUrl: urlOf('url', options.url ?? 'mqtt://127.0.0.1:1883', ['mqtt:', 'mqtts:', 'ws:', 'wss:']),
    httpUrl: urlOf('http', options.http ?? environment.SHIFEN_URL ?? 'http://127.0.0.1:8080', ['http:', 'https:']),
    ...{ token, speed: speedOf(options) ?? 1 },
    ...(drillOf(options) ?? {}),
  }
}

/** Who hears of a drill is said by who starts it, each time anew. */
function drillOf({ drill, notify }: SimulateOptions): Pick<LiveTarget, 'drill'> | null {
  const named = (notify ?? '').split(',').filter((id) => id !== '')
  if (drill === undefined && notify === undefined) return null
  if (drill === undefined) throw new Failure('--notify says who hears of a drill: add --drill', 2)
  if (named.length === 0) throw new Failure('who hears of the drill? --notify zhang,li names responders by id', 2)
  return { drill: { notify: named } }
}

function urlOf(option: string, written: string, protocols: readonly string[]): string {
  const url = URL.canParse(written) ? new URL(written) : null
  if (url !== null && url.host !== '' && protocols.includes(url.protocol)) return written
  throw new Failure(`--${option} is an address such as ${protocols[0]}//127.0.0.1, not ${written}`, 2)
}

/** Found out before a run, not after it. */
export function mustBeWritable(option: string, file: string | undefined): void {
  if (file === undefined) return
  const cannot = (why: string) => new Failure(`--${option} ${file} cannot be written: ${why}`, 2)
  const there = statSync(file, { throwIfNoEntry: false })
  if (there?.isDirectory()) throw cannot('it is a folder; name a file in it')
  try {
    accessSync(there ? file : dirname(file), constants.W_OK)
  } catch {
    throw cannot(there ? 'it is read-only' : `there is no folder ${dirname(file)} to write to`)
  }
}
