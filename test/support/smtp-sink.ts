import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface TakenLetter {
  from: string
  to: string[]
  /** Headers and body as they came over the wire, dots unstuffed. */
  raw: string
}

export interface SmtpSink {
  port: number
  letters: TakenLetter[]
  /** Every line that was not allowed where it came. */
  wrong: string[]
  /** What it answers a command with instead, by the command's first word. */
  answers: Map<string, string>
  close(): Promise<void>
}

/** A small strict SMTP server: one command after the other, CRLF, an 8-bit clean text, AUTH PLAIN. */
export async function smtpSink({ greets = true, login = '' } = {}): Promise<SmtpSink> {
  const letters: TakenLetter[] = []
  const wrong: string[] = []
  const answers = new Map<string, string>()
  const sockets = new Set<Socket>()

  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    let letter: TakenLetter = { from: '', to: [], raw: '' }
    let inText = false
    let waiting = ''
    const say = (line: string) => socket.write(`${line}\r\n`)
    const perform = (line: string) => {
      const word = line.split(/[ :]/)[0]!.toUpperCase()
      const instead = answers.get(word)
      if (instead !== undefined) return say(instead)
      const address = /^(?:MAIL FROM|RCPT TO):<([^<>\s]+)>/.exec(line)?.[1]
      if (word === 'EHLO') return say(login === '' ? '250 sink' : '250-sink\r\n250 AUTH PLAIN')
      if (word === 'AUTH') {
        const right = line === `AUTH PLAIN ${Buffer.from(login).toString('base64')}`
        return say(right ? '235 ok' : '535 5.7.8 the login is wrong')
      }
      if (word === 'MAIL' && address !== undefined) letter = { from: address, to: [], raw: '' }
      else if (word === 'RCPT' && address !== undefined && letter.from !== '') letter.to.push(address)
      else if (word === 'DATA' && letter.to.length > 0) {
        inText = true
        return say('354 go on')
      } else if (word === 'QUIT') return socket.end('221 bye\r\n')
      else {
        wrong.push(line)
        return say('500 what?')
      }
      say('250 ok')
    }
    socket.on('data', (chunk) => {
      waiting += chunk.toString('utf8')
      for (let end = waiting.indexOf('\r\n'); end >= 0; end = waiting.indexOf('\r\n')) {
        const line = waiting.slice(0, end)
        waiting = waiting.slice(end + 2)
        if (!inText) perform(line)
        else if (line === '.') {
          inText = false
          letters.push(letter)
          say(answers.get('.') ?? '250 2.0.0 queued as 42')
        } else letter.raw += `${line.replace(/^\.\./, '.')}\r\n`
      }
    })
    if (greets) say(answers.get('greeting') ?? '220 sink ESMTP')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    ...{ letters, wrong, answers },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
