import { createApp } from 'vue'
import { START_LOCATION } from 'vue-router'
import { createClient } from './api/client.ts'
import App from './App.vue'
import { clientKey } from './api/provide.ts'
import { createTexts } from './i18n/index.ts'
import { lastResponder } from './lastResponder.ts'
import { createRenewal, renewalKey } from './renewal.ts'
import { createPages } from './router.ts'
import { createSession, sessionKey } from './session.ts'
import { createTheme, themeKey } from './theme.ts'
import { takeTokenFromAddress } from './tokenInAddress.ts'
import './styles/tokens.css'
import './styles/base.css'

const client = createClient({
  baseUrl: new URL('api/v1/', document.baseURI).href,
  fetch: (input, init) => fetch(input, { cache: 'no-store', ...init }),
  onUnauthorized: () => session.expire(),
})
const session = createSession(client, takeTokenFromAddress, lastResponder)

// The token leaves the address before the pages read it, also where the link of a login is opened in an open page: the
// router would take it for a page, and keep it in the address.
void session.restore()
window.addEventListener('popstate', (event) => {
  if (location.hash.startsWith('#token=')) {
    event.stopImmediatePropagation()
    void session.restore()
    void pages.replace('/')
  } else if (pages.currentRoute.value === START_LOCATION) {
    // Until its first page has come the router hears of no other address, and would put back its own.
    void pages.replace(location.hash.slice(1) || '/')
  }
})
const pages = createPages()

const renewal = createRenewal({
  own: document.querySelector('script[src*="assets/index-"]')?.getAttribute('src') ?? null,
  readPage: async () => (await fetch(location.pathname + location.search, { cache: 'no-store' })).text(),
  reload(path) {
    if (path !== null) history.pushState(null, '', `#${path}`)
    location.reload()
  },
  ageMs: () => performance.now(),
})
// A rejected import says nothing of what it was for; the router does, of pages.
window.addEventListener('vite:preloadError', () => void renewal.lose())
pages.onError((_error, to) => void renewal.lose(to.fullPath))

createApp(App)
  .use(createTexts())
  .use(pages)
  .provide(clientKey, client)
  .provide(sessionKey, session)
  .provide(renewalKey, renewal)
  .provide(themeKey, createTheme())
  .mount('#app')
