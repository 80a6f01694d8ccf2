import type { RouteRecordRaw } from 'vue-router'

/** What a responder has in his hand. */
export const phoneRoute: RouteRecordRaw = {
  path: '/jobs',
  component: () => import('./PhoneFace.vue'),
  meta: { roles: ['responder'] },
  children: [{ path: '', name: 'jobs', component: () => import('./JobsPage.vue') }],
}
