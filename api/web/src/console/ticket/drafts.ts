/** What was typed and not sent yet; the browser keeps it for as long as its page is open, over a reload too. */
export function createDraft(key: string) {
  const name = `shifen.draft.${key}`
  return {
    read(): Record<string, string> {
      try {
        const kept: unknown = JSON.parse(sessionStorage.getItem(name) ?? '{}')
        return kept !== null && typeof kept === 'object' ? (kept as Record<string, string>) : {}
      } catch {
        return {}
      }
    },
    keep(typed: Readonly<Record<string, string>>): void {
      try {
        if (Object.values(typed).every((text) => text === '')) sessionStorage.removeItem(name)
        else sessionStorage.setItem(name, JSON.stringify(typed))
      } catch {
        // A browser that keeps nothing loses it at a reload, no more.
      }
    },
    drop(): void {
      this.keep({})
    },
  }
}
