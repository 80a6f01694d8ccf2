import { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { readYaml } from '../yaml.ts'
import { ask, connected, type Connection, everyItem, show } from './access.ts'
import { Failure } from './failure.ts'

interface Listed {
  id: string
  site: string | null
  topic: string
  family?: string
  device?: { kind: string }
  version: number
}

interface Tried {
  decoded: Decoded | null
  notes: { field: string; message: string }[]
}

interface Decoded {
  disposition: string
  device: { key: string; kind: string } | null
  time: { device: string | null }
  measurements: { name: string; value: unknown; unit: string | null }[]
  conditions: { code: string; state: string }[]
  health: Record<string, unknown>
}

/** Mappings are files of their owner; the service has what was added last. */
export function mappingCommands(): Command {
  const add = connected(new Command('add'))
    .description('add a mapping; its example is tried first')
    .argument('<file>', 'YAML or JSON')
    .option('--replace', 'in place of the one with the same id')
    .action(async (file: string, { replace, ...connection }: Connection & { replace?: boolean }) => {
      const mapping = readMapping(file)
      const id = encodeURIComponent(String(mapping.id))
      const answer = await (replace
        ? ask(connection, 'PUT', `/mappings/${id}`, mapping)
        : ask(connection, 'POST', '/mappings', mapping))
      const saved = answer as Listed
      show(connection, answer, `${saved.id}, version ${saved.version}, is in force for ${saved.topic}`)
    })
  const attempt = connected(new Command('try'))
    .description('what a message says by a mapping; nothing is stored')
    .argument('<file>', 'YAML or JSON')
    .option('--topic <topic>', "instead of the file's example")
    .option('--payload <text>', 'with --topic')
    .action(async (file: string, { topic, payload, ...connection }: Connection & Message) => {
      if ((topic === undefined) !== (payload === undefined)) throw new Failure('--topic and --payload go together', 2)
      const example = topic === undefined ? {} : { example: { topic, payloadText: payload } }
      const answer = await ask(connection, 'POST', '/mappings/try', { mapping: readMapping(file), ...example })
      show(connection, answer, told(answer as Tried))
    })
  const list = connected(new Command('list'))
    .description('mappings')
    .action(async (connection: Connection) => {
      const items = await everyItem<Listed>(connection, '/mappings')
      const lines = items.map(({ id, site, topic, family, device }) =>
        [id, site ?? 'all sites', family ?? device?.kind ?? '', topic].join('\t'),
      )
      show(connection, items, lines.join('\n'))
    })
  const remove = connected(new Command('remove'))
    .description('remove a mapping; devices that it found stay')
    .argument('<id>')
    .action(async (id: string, connection: Connection) => {
      await ask(connection, 'DELETE', `/mappings/${encodeURIComponent(id)}`)
      show(connection, { id, removed: true }, `${id} is removed`)
    })
  const command = new Command('mapping').description('devices that no family knows, connected without code')
  for (const each of [add, attempt, list, remove]) command.addCommand(each)
  return command
}

interface Message {
  topic?: string
  payload?: string
}

function readMapping(file: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${(error as Error).message}`, 2)
  }
  const read = readYaml(text)
  if (!read.ok) throw new Failure(`${file}: ${read.reason}`, 2)
  const { value } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Failure(`${file} must hold one mapping: id, topic, device, points …`, 2)
  }
  return value as Record<string, unknown>
}

/** One line each: what was read, then what found nothing. */
function told({ decoded, notes }: Tried): string {
  if (decoded === null) return 'the mapping can be used; it has no example to try it with'
  const { device, time, measurements, conditions, health } = decoded
  return [
    `device\t${device?.key ?? 'none'}\t${device?.kind ?? ''}`,
    ...(time.device === null ? [] : [`time\t${time.device}`]),
    ...measurements.map(({ name, value, unit }) => `${name}\t${String(value)}\t${unit ?? ''}`),
    ...conditions.map(({ code, state }) => `${code}\t${state}`),
    ...Object.entries(health).map(([name, value]) => `${name}\t${String(value)}`),
    ...notes.map(({ field, message }) => `nothing at ${field}\t${message}`),
  ].join('\n')
}
