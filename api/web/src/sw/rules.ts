/** What the service worker answers. Pure. */

/** `page`: the app itself; `file`: one of its own, named after its content; `null`: none of its business. */
export function answering(
  { method, url, mode }: Pick<Request, 'method' | 'url' | 'mode'>,
  scope: string,
): 'page' | 'file' | null {
  if (method !== 'GET' || !url.startsWith(scope)) return null
  const path = url.slice(scope.length).replace(/[?#].*$/, '')
  if (mode === 'navigate') return path === '' || path === 'index.html' ? 'page' : null
  return /^assets\/[^/]+-[\w-]{8}\.\w+$/.test(path) ? 'file' : null
}

/** The same files have the same name: each is named after its content. */
export function cacheNameOf(files: readonly string[]): string {
  let hash = 5381
  for (const letter of files.join()) hash = (Math.imul(hash, 33) ^ letter.charCodeAt(0)) >>> 0
  return `shifen-${hash.toString(36)}`
}
