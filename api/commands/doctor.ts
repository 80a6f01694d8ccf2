import { Command } from 'commander'
import { loadConfig } from '../config.ts'
import type { CheckResult, Examined } from '../doctor/checks.ts'
import { Failure } from './failure.ts'

interface Options {
  json?: boolean
  head?: string
  config?: string
}

const PROGRESS_EVERY = 1_000

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('checks the data, also while the service runs: the file, the audit chain, tickets beside it, photos')
    .option('--head <id:hash>', 'a head of the audit chain that was noted before and must still be in it')
    .option('--json', 'the findings as data, alone on standard output')
    .action(async (_options, command: Command) => {
      const { json = false, head, config } = command.optsWithGlobals<Options>()
      const { dataDir } = loadConfig(config ?? null, process.env)
      const noted = head === undefined ? null : notedHead(head)
      const { examine } = await import('../doctor/checks.ts')
      const { openReadOnly } = await import('../../rules/storage/connect.ts')
      const store = opened(() => openReadOnly(dataDir), dataDir)
      try {
        const results: CheckResult[] = []
        for await (const result of examine({ dataDir, db: store.reader, noted, onProgress: progress() })) {
          if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
          results.push(result)
          if (!json) process.stdout.write(textOf(result))
        }
        const ok = results.every((result) => result.ok)
        if (json) process.stdout.write(`${JSON.stringify({ ok, dataDir, checks: results })}\n`)
        if (!ok) throw new Failure('something is wrong with the data: see above')
      } finally {
        await store.close()
      }
    })
}

function notedHead(text: string): Examined['noted'] {
  const [, id, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? []
  if (id === undefined || hash === undefined) {
    throw new Failure('--head takes a number and a hash, as doctor prints them: 1234:9f86…', 2)
  }
  return { id: Number(id), hash }
}

function opened<T>(open: () => T, dataDir: string): T {
  try {
    return open()
  } catch (error) {
    const { code = 'no such file' } = error as NodeJS.ErrnoException
    throw new Failure(`cannot read the data file in ${dataDir} (${code}); set SHIFEN_DATA_DIR to the service's`, 2)
  }
}

/** Only for somebody who watches. */
function progress(): Examined['onProgress'] {
  if (!process.stderr.isTTY) return () => undefined
  let told = 0
  return (done, of) => {
    if (done < of && done - told < PROGRESS_EVERY && done >= told) return
    told = done
    process.stderr.write(`\r\u001b[K${done} of ${of} checked`)
  }
}

function textOf({ name, ok, summary, faults }: CheckResult): string {
  const lines = [`${ok ? 'ok   ' : 'wrong'}  ${name.padEnd(8)}  ${summary}`, ...faults.map((each) => `       ${each}`)]
  return `${lines.join('\n')}\n`
}
