import { createRouter, createWebHashHistory } from 'vue-router'
import type { Router, RouteRecordRaw } from 'vue-router'
import type { Role } from '../../../rules/model.ts'
import { consoleRoute } from './console/route.ts'
import { phoneRoute } from './phone/route.ts'
import { scrollBehavior } from './scrolling.ts'
import { wallRoute } from './wall/route.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Who has it; everybody where absent. */
    roles?: readonly Role[]
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./components/HomePage.vue') },
  wallRoute,
  consoleRoute,
  phoneRoute,
  { path: '/:rest(.*)*', name: 'nowhere', component: () => import('./components/NowherePage.vue') },
]

/**
 * Pages by the fragment of the address (`#/tickets/…`), which needs nothing of the server: the dashboard also
 * works below another path. Each face is loaded when it is first asked for.
 */
export function createPages(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes,
    scrollBehavior,
  })
}
