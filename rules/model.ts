/** The vocabulary of the whole house. Times are UTC epoch milliseconds unless a name says otherwise. */
export * from './model/alarms.ts'
export * from './model/mappings.ts'
export * from './model/messages.ts'
export * from './model/ports.ts'
export * from './model/refusal.ts'
export * from './model/tickets.ts'
export * from './model/vocabulary.ts'
export * from './model/words.ts'
