import { Command } from 'commander'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../config.ts'
import { startOrExplain, stopOnSignals } from './serve.ts'

interface DemoOptions {
  seed: string
  speed: string
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('the service with a simulated building, on a throw-away folder')
    .option('--seed <seed>', 'another seed, another story', 'demo')
    .option('--speed <factor>', 'how much faster than life crews and emergencies are', '1')
    .action(async (options: DemoOptions) => {
      const { createService } = await import('../service.ts')
      const { runLive } = await import('../../simulators/run.ts')
      const dataDir = mkdtempSync(join(tmpdir(), 'shifen-demo-'))
      const token = `demo-${randomBytes(16).toString('hex')}`
      const environment = {
        SHIFEN_LOG_LEVEL: 'warn',
        ...process.env,
        SHIFEN_DATA_DIR: dataDir,
        SHIFEN_ADMIN_TOKEN: token,
      }
      const config = loadConfig(null, environment)
      const service = createService({ config })
      await startOrExplain(service, config)
      process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
      const { http, mqtt } = service.addresses()
      const say = (line: string) => process.stdout.write(`${line}\n`)
      say(`shifen ready http=${http} mqtt=${mqtt ?? 'none'}`)
      say(`\n  十分 Shifen · demo building 滨江花园, simulated, thrown away at the end (Ctrl+C)\n`)
      say(`  open   ${http}/#token=${token}`)
      say(`  token  ${token}\n`)

      const ending = new AbortController()
      const simulation = runLive({
        mqttUrl: mqtt ?? '',
        httpUrl: http,
        token,
        scenario: 'demo',
        seed: options.seed,
        speed: Number(options.speed),
        signal: ending.signal,
        log: (line) => say(`  ${new Date().toTimeString().slice(0, 8)}  ${line}`),
      })
      stopOnSignals(service, async () => {
        ending.abort()
        await simulation
      })
      await simulation
    })
}
