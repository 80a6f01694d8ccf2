import { Command } from 'commander'
import { ask, connected, type Connection, show } from './access.ts'
import { Failure } from './failure.ts'

interface Tested {
  sent: boolean
  answers: { channel: string; address: string; result: string; answer: string; tookMs: number }[]
}

type Whom = Connection & { channel?: string; responder?: string }

/** Notices: whether they arrive. */
export function notifyCommands(): Command {
  const test = connected(new Command('test'))
    .description('send a test notice to a channel, or to somebody in every way that reaches him; say what came back')
    .option('--channel <id>', 'a channel')
    .option('--responder <id>', 'somebody')
    .action(async ({ channel, responder, ...connection }: Whom) => {
      if ((channel === undefined) === (responder === undefined)) {
        throw new Failure('name one of --channel and --responder', 2)
      }
      const path = channel === undefined ? `/responders/${encode(responder!)}` : `/channels/${encode(channel)}`
      const tested = (await ask(connection, 'POST', `${path}/test`)) as Tested
      const lines = tested.answers.map(({ channel, address, result, answer, tookMs }) => {
        return `${[channel, address].filter(Boolean).join(' ')}: ${result} in ${tookMs} ms: ${answer}`
      })
      show(connection, tested, lines.join('\n'))
      if (!tested.sent) throw new Failure('nothing got through')
    })
  return new Command('notify').description('notices').addCommand(test)
}

const encode = encodeURIComponent
