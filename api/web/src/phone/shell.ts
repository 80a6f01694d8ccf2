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
  navigator.serviceWorker.register(new URL('sw.js', document.baseURI), { updateViaCache: 'none' }).then(
    (registration) => follow(registration),
    () => (shell.value = 'not_kept'),
  )
  return readonly(shell)

  /** A worker that could not fetch every file is thrown away by the browser; the next start tries again. */
  function follow(registration: ServiceWorkerRegistration): void {
    const worker = registration.active ?? registration.waiting ?? registration.installing
    const look = () => {
      if (registration.active) shell.value = 'kept'
      else if (worker?.state === 'redundant') shell.value = 'not_kept'
    }
    worker?.addEventListener('statechange', look)
    look()
  }
}
