import { useTicketTexts } from './texts/index.ts'

const CHANNELS = ['log', 'sms', 'voice', 'email'] as const
const STATUS = /^HTTP (\d{3})(?:: ?)?/

/** What channels are called and what they answered, where it is known; else as it was said, in whatever language. */
export function useNoticeWords() {
  const t = useTicketTexts()
  return {
    channel: (id: string) => {
      const known = CHANNELS.find((name) => name === id)
      return known ? t(`notices.channel.${known}`) : id
    },
    /** `said` is what is left in the words of the other side. */
    answer: (answer: string): { words: string; said: string } => {
      if (answer === 'written') return { words: t('notices.written'), said: '' }
      const status = STATUS.exec(answer)
      if (status === null) return { words: '', said: answer }
      return { words: t('notices.http', { status: status[1]! }), said: answer.slice(status[0].length) }
    },
  }
}
