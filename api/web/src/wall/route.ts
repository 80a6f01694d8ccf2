import type { RouteRecordRaw } from 'vue-router'

/** The wallboard (大屏). `?site=` shows one site alone. */
export const wallRoute: RouteRecordRaw = {
  path: '/wall',
  name: 'wall',
  component: () => import('./WallFace.vue'),
}
