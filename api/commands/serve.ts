import { Command } from 'commander'
import { type Config, ConfigError, loadConfig } from '../config.ts'
import type { Service } from '../service.ts'

/** The longest that a stop may take, from the contract. */
const STOP_MS = 5_000

export function serveCommand(): Command {
  return new Command('serve').description('the service').action(async (_options, command: Command) => {
    const config = loadConfig(command.optsWithGlobals<{ config?: string }>().config ?? null, process.env)
    const { createService } = await import('../service.ts')
    const service = createService({ config })
    await startOrExplain(service, config)
    stopOnSignals(service)
    const made = service.madeAdminToken()
    if (made !== null) {
      const line = {
        level: 30,
        time: Date.now(),
        msg: 'admin token made; keep it, it is shown this once',
        adminToken: made,
      }
      process.stderr.write(`${JSON.stringify(line)}\n`)
    }
    process.stdout.write(`${readyLine(service)}\n`)
  })
}

export function readyLine(service: Service): string {
  const { http, mqtt } = service.addresses()
  return `shifen ready http=${http} mqtt=${mqtt ?? 'none'}`
}

/** A port in use or a folder that cannot be written is the configuration's fault, in one sentence. */
export async function startOrExplain(service: Service, config: Config): Promise<void> {
  try {
    await service.start()
  } catch (error) {
    const { code, port, syscall } = error as NodeJS.ErrnoException & { port?: number }
    if (code === 'EADDRINUSE') {
      throw new ConfigError(`port ${port} is already in use; set SHIFEN_HTTP_PORT or SHIFEN_MQTT_PORT to a free one`)
    }
    if (syscall === 'listen' || syscall === 'bind' || syscall === 'getaddrinfo') {
      throw new ConfigError(`cannot listen (${code}); check SHIFEN_HTTP_HOST, SHIFEN_MQTT_HOST and the ports`)
    }
    if (
      [
        'EACCES',
        'EPERM',
        'ENOENT',
        'EROFS',
        'ENOSPC',
        'ENOTDIR',
        'EEXIST',
        'SQLITE_CANTOPEN',
        'SQLITE_READONLY',
      ].includes(code ?? '')
    ) {
      throw new ConfigError(`cannot write to ${config.dataDir} (${code}); set SHIFEN_DATA_DIR to a folder of your own`)
    }
    throw error
  }
}

export function stopOnSignals(service: Service, before: () => Promise<void> = () => Promise.resolve()): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    const late = setTimeout(() => process.exit(1), STOP_MS)
    late.unref()
    before()
      .then(() => service.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
          process.exit(1)
        },
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
