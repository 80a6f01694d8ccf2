/** `1,234.50`, of fen. */
export function yuan(fen: number): string {
  const [whole, parts] = [Math.trunc(Math.abs(fen) / 100), Math.abs(fen) % 100]
  return `${fen < 0 ? '-' : ''}${whole.toLocaleString('en-US')}.${String(parts).padStart(2, '0')}`
}
