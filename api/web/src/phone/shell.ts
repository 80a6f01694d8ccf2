import { readonly, shallowRef } from 'vue'
import type { Phone } from './phone.ts'

/**
 * Has the browser keep the app's own files (`sw/sw.ts`). Browsers do that over https and on the machine itself only;
 * elsewhere the app works for as long as its page is open.
 */
export function keepShell(): Phone['shell'] {
  const shell = shallowRef<'kept' | 'not_kept' | 'unknown'>('unknown')
  if (!('serviceWorker' in navigator)) {
    shell.value = 'not_kept'
    return readonly(shell)
  }
  navigator.serviceWorker
    .register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' })
    .then(() => navigator.serviceWorker.ready)
    .then(
      () => (shell.value = 'kept'),
      () => (shell.value = 'not_kept'),
    )
  return readonly(shell)
}
