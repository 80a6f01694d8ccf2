/** What comes up over the page of a job; the address names it, so that the way back closes it and a reload keeps it. */
export const SHEETS = ['arrive', 'complete', 'sign', 'photo', 'costs', 'place', 'contact', 'decline', 'hold'] as const
export type SheetName = (typeof SHEETS)[number]

export const isSheet = (name: unknown): name is SheetName => SHEETS.some((sheet) => sheet === name)
