import type { RouteRecordRaw } from 'vue-router'

/** What engineers and dispatchers watch and work at. `?site=` looks after one site alone. */
export const consoleRoute: RouteRecordRaw = {
  path: '/',
  component: () => import('./ConsoleFace.vue'),
  meta: { roles: ['admin', 'engineer', 'dispatcher', 'viewer'] },
  children: [
    { path: 'alarms', name: 'alarms', component: () => import('./alarms/AlarmsPage.vue') },
    { path: 'tickets', name: 'tickets', component: () => import('./tickets/TicketsPage.vue') },
    { path: 'tickets/:id', name: 'ticket', component: () => import('./ticket/TicketPage.vue') },
    { path: 'devices', name: 'devices', component: () => import('./devices/DevicesPage.vue') },
    { path: 'devices/:id', name: 'device', component: () => import('./devices/DevicePage.vue') },
    { path: 'simulation', name: 'simulation', component: () => import('./simulation/SimulationPage.vue') },
  ],
}
