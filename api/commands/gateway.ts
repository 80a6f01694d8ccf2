import { Command } from 'commander'
import { ask, connected, type Connection, everyItem, show } from './access.ts'

interface Listed {
  id: string
  site: string
  topics: string[]
  devices: number
}

/** Gateways: one login for many devices, which are discovered by what they say. */
export function gatewayCommands(): Command {
  const add = connected(new Command('add'))
    .description('add a gateway; its login is shown this once')
    .argument('<id>')
    .requiredOption('--topic <filter...>', 'what it may publish and subscribe to, such as zigbee2mqtt/#')
    .option('--site <site>', 'the site of its devices', 'default')
    .action(async (id: string, { topic, site, ...connection }: Connection & { topic: string[]; site: string }) => {
      const answer = await ask(connection, 'POST', '/gateways', { id, site, topics: topic })
      const { username, password, clientId } = (answer as { mqtt: Record<string, string> }).mqtt
      const login = { username, password, clientId, topics: topic.join(' ') }
      const text = Object.entries(login).map(([key, value]) => `${key.padEnd(10)}${value}`)
      show(connection, answer, text.join('\n'))
    })
  const list = connected(new Command('list'))
    .description('gateways, and how many devices were discovered behind each')
    .action(async (connection: Connection) => {
      const items = await everyItem<Listed>(connection, '/gateways')
      const lines = items.map(({ id, site, topics, devices }) => [id, site, devices, topics.join(' ')].join('\t'))
      show(connection, items, lines.join('\n'))
    })
  const remove = connected(new Command('remove'))
    .description("end a gateway's login; its devices and their history stay")
    .argument('<id>')
    .action(async (id: string, connection: Connection) => {
      await ask(connection, 'DELETE', `/gateways/${encodeURIComponent(id)}`)
      show(connection, { id, removed: true }, `${id} can no longer log in`)
    })
  return new Command('gateway').description('gateways').addCommand(add).addCommand(list).addCommand(remove)
}
