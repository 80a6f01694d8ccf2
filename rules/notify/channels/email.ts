import type { ChannelSettings } from '../../model.ts'
import type { Message, Send, Sent } from '../channel.ts'
import type { Letter, Mail, Posted } from '../post.ts'
import { notSent, sent } from './judge.ts'
import { EMAIL, emailOptions, emailSecrets } from './schema.ts'
import { cutToLength, fitLines, forHtml, oneLine } from './text.ts'

const SUBJECT_MAX = 200
const TEXT_MAX_BYTES = 100_000
const LINES_MAX = 1_000

/** A header is one line, whatever a name holds; the body is text, and the same as HTML with everything escaped. */
export function letterOf(message: Message, { options, secrets }: ChannelSettings): Letter | null {
  const { host, port, security, user, from, to } = emailOptions.parse(options)
  const { password } = emailSecrets.parse(secrets)
  const receivers = message.address === '' ? to : [message.address]
  if (receivers.length === 0 || !receivers.every((address) => EMAIL.test(address))) return null
  const title = oneLine(message.title)
  const lines = fitLines(message.lines.map(oneLine), TEXT_MAX_BYTES, LINES_MAX)
  const accept = message.language === 'zh' ? '接单' : 'Accept'
  const { link } = message
  const paragraphs = [`<p><strong>${forHtml(title)}</strong></p>`, ...lines.map((line) => `<p>${forHtml(line)}</p>`)]
  if (link !== null) paragraphs.push(`<p><a href="${forHtml(link)}">${accept}</a></p>`)
  return {
    server: { host, port, security, user: user ?? null, password: password ?? null },
    from,
    to: receivers,
    subject: cutToLength(title, SUBJECT_MAX),
    text: [title, '', ...lines, ...(link === null ? [] : ['', `${accept}: ${link}`])].join('\n'),
    html: paragraphs.join('\n'),
    messageId: `<${message.id}@${from.slice(from.indexOf('@') + 1)}>`,
  }
}

/** SMTP says it by the first digit: 4 may pass, 5 stays. But for 421 it is about the letter: the next may well go. */
export function judgeEmail(posted: Posted): Sent {
  if (posted.ok) return sent(posted.answer)
  const { reason, status, retry } = posted
  if (status === null || status === 421) return notSent(reason, retry)
  return notSent(reason, status < 500, 0)
}

export const sendEmail =
  (mail: Mail): Send =>
  async (message, settings) => {
    const letter = letterOf(message, settings)
    if (letter === null)
      return notSent('there is no e-mail address to send it to; set `to` or the person’s e-mail', false)
    return judgeEmail(await mail(letter))
  }
