/**
 * The token of an address like `…/#token=…`, removed from the address bar and the history at once. Browsers send a
 * fragment to no server and to no log.
 */
export function takeTokenFromAddress(): string | null {
  const match = /^#token=(.+)$/.exec(location.hash)
  if (!match) return null
  history.replaceState(history.state, '', location.pathname + location.search)
  try {
    return decodeURIComponent(match[1]!)
  } catch {
    return match[1]!
  }
}
