import type { RouteRecordRaw } from 'vue-router'

export const loadJob = () => import('./JobPage.vue')
export const loadHelp = () => import('./HelpPage.vue')
export const loadQueue = () => import('./QueuePage.vue')

/** What a responder has in his hand. */
export const phoneRoute: RouteRecordRaw = {
  path: '/jobs',
  component: () => import('./PhoneFace.vue'),
  meta: { roles: ['responder'] },
  children: [
    { path: '', name: 'jobs', component: () => import('./JobsPage.vue') },
    { path: 'queue', name: 'queue', component: loadQueue },
    { path: 'help', name: 'help', component: loadHelp },
    { path: ':id', name: 'job', component: loadJob },
  ],
}
