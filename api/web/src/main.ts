import { createApp } from 'vue'
import { createClient } from './api/client.ts'
import App from './App.vue'
import { clientKey } from './api/provide.ts'
import { createTexts } from './i18n/index.ts'
import { createSession, sessionKey, takeTokenFromAddress } from './session.ts'
import './styles/tokens.css'
import './styles/base.css'

const client = createClient({
  baseUrl: new URL('api/v1/', document.baseURI).href,
  fetch: (input, init) => fetch(input, { cache: 'no-store', ...init }),
  onUnauthorized: () => session.expire(),
})
const session = createSession(client, takeTokenFromAddress)

createApp(App).use(createTexts()).provide(clientKey, client).provide(sessionKey, session).mount('#app')
void session.restore()
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) void session.restore()
})
