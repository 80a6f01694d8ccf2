import type { PartTexts } from './zh.ts'

export const en: PartTexts = {
  again: 'Try again',
  silent: 'The service did not answer.',
  gone: 'It was not found.',
  noRight: 'You have no right to see this part.',
  refused: '{why}.',
  loading: 'Reading…',
  back: 'Back',
  byRule: 'by a rule',
  attempts: 'sent {count} times',
  command: { open: 'Open', close: 'Close', read: 'Read' },
  commandState: {
    sent: 'sent, not confirmed yet',
    done: 'done',
    failed: 'failed',
    expired: 'not confirmed',
    superseded: 'replaced by a newer one',
    refused: 'not possible from here',
  },
}
