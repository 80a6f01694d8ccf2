import type { Survey } from '../model.ts'

export const isOpen = ({ from, until, closedAt }: Survey, now: number): boolean =>
  closedAt === null && from <= now && (until === null || now < until)
