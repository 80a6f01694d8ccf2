import { Command } from 'commander'
import { ROLES } from '../../rules/model.ts'
import { Failure } from './failure.ts'

export interface Connection {
  url: string
  token?: string
  json?: boolean
}

/** Commands about devices and tokens ask the running service, which alone writes its data. */
export function connected(command: Command): Command {
  return command
    .option('--url <url>', 'the service', process.env.SHIFEN_URL ?? 'http://127.0.0.1:8080')
    .option('--token <token>', 'an admin token; else SHIFEN_TOKEN or SHIFEN_ADMIN_TOKEN')
    .option('--json', 'the answer as data, alone on standard output')
}

export async function ask(connection: Connection, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await request(connection, method, path, body)
  return response.status === 204 ? null : response.json()
}

/** The answer as it comes. Throws a `Failure` where there is none, or it is a refusal. */
export async function request(
  connection: Connection,
  method: string,
  path: string,
  body?: unknown,
  accept = 'application/json',
): Promise<Response> {
  const token = connection.token ?? process.env.SHIFEN_TOKEN ?? process.env.SHIFEN_ADMIN_TOKEN
  if (token === undefined) throw new Failure('a token is needed: --token, or SHIFEN_TOKEN in the environment', 2)
  const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept }
  if (body !== undefined) headers['content-type'] = 'application/json'
  let response: Response
  try {
    const asked = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    response = await fetch(`${connection.url}/api/v1${path}`, asked)
  } catch {
    throw new Failure(`no service answers at ${connection.url}; start it with \`npm start\`, or set --url`)
  }
  if (response.ok) return response
  const { detail } = (await response.json()) as { detail?: string }
  throw new Failure(detail ?? `the service answered ${response.status}`)
}

export function show(connection: Connection, answer: unknown, text: string): void {
  process.stdout.write(`${connection.json ? JSON.stringify(answer) : text}\n`)
}

interface Provisioned {
  mqtt: { username: string; password: string; clientId: string; topic: string }
}

export function deviceCommands(): Command {
  const add = connected(new Command('add'))
    .description('add a device; its login is shown this once')
    .argument('<id>')
    .requiredOption('--kind <kind>', 'water_leak, elevator, power_meter, …')
    .option('--site <site>', 'its site', 'default')
    .option('--name <name>')
    .option('--location <location>')
    .action(async (id: string, { kind, site, name, location, ...connection }: AddOptions) => {
      const body = { id, site, kind, ...(name ? { name } : {}), ...(location ? { location } : {}) }
      const answer = await ask(connection, 'POST', '/devices', body)
      const { mqtt } = answer as Provisioned
      const text = Object.entries(mqtt).map(([key, value]) => `${key.padEnd(10)}${value}`)
      show(connection, answer, text.join('\n'))
    })
  const list = connected(new Command('list'))
    .description('devices')
    .action(async (connection: Connection) => {
      const items = await everyItem<ListedDevice>(connection, '/devices')
      show(connection, items, items.map((item) => [item.id, item.site, item.kind, item.name].join('\t')).join('\n'))
    })
  const revoke = connected(new Command('revoke'))
    .description("revoke a device's login and cut its sessions")
    .argument('<id>')
    .action(async (id: string, connection: Connection) => {
      await ask(connection, 'DELETE', `/devices/${encodeURIComponent(id)}/credentials`)
      show(connection, { id, revoked: true }, `${id} can no longer log in`)
    })
  return new Command('device').description('devices').addCommand(add).addCommand(list).addCommand(revoke)
}

interface AddOptions extends Connection {
  kind: string
  site: string
  name?: string
  location?: string
}

interface ListedDevice {
  id: string
  site: string
  kind: string
  name: string
}

/** Everything that a list holds, page by page. */
export async function everyItem<Item>(connection: Connection, path: string): Promise<Item[]> {
  const items: Item[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = (await ask(connection, 'GET', `${path}?limit=500${query}`)) as { items: Item[]; next: string | null }
    items.push(...page.items)
    cursor = page.next
  }
  return items
}

export function tokenCommands(): Command {
  const add = connected(new Command('add'))
    .description('make a token; it is shown this once')
    .argument('<name>')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--site <site...>', 'only these sites')
    .action(async (name: string, { role, site, ...connection }: Connection & { role: string; site?: string[] }) => {
      const answer = await ask(connection, 'POST', '/tokens', { name, role, sites: site ?? null })
      show(connection, answer, (answer as { token: string }).token)
    })
  const revoke = connected(new Command('revoke'))
    .description('revoke a token and its sessions')
    .argument('<id>')
    .action(async (id: string, connection: Connection) => {
      await ask(connection, 'DELETE', `/tokens/${encodeURIComponent(id)}`)
      show(connection, { id, revoked: true }, `${id} is revoked`)
    })
  return new Command('token').description('API tokens').addCommand(add).addCommand(revoke)
}
