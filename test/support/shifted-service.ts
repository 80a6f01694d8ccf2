import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serviceEnvironment, startNode, whenReady, type ServiceProcess } from './process.ts'

const compiled = (file: string) => pathToFileURL(join(import.meta.dirname, '../../dist', file)).href

/** Like `shifen serve`, on a clock that is `offsetMs` ahead of the machine's: what the command has no switch for. */
const PROGRAM = `
import { loadConfig } from '${compiled('api/config.js')}'
import { readyLine, stopOnSignals } from '${compiled('api/commands/serve.js')}'
import { createService } from '${compiled('api/service.js')}'
import { systemClock } from '${compiled('rules/clock.js')}'

const offsetMs = Number(process.argv[1])
const clock = systemClock({ wall: () => Date.now() + offsetMs, monotonic: () => performance.now() })
const service = createService({ config: loadConfig(null, process.env), clock })
await service.start()
stopOnSignals(service)
process.stdout.write(readyLine(service) + '\\n')
`

/** The service in its own process with a wall clock that is `offsetMs` ahead; `env` over what tests set. */
export function startShiftedService(
  dataDir: string,
  offsetMs: number,
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  const args = ['--input-type=module', '--eval', PROGRAM, '--', String(offsetMs)]
  return whenReady(startNode(args, { env: { ...serviceEnvironment(dataDir), ...env } }))
}
