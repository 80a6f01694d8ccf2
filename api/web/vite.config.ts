import vue from '@vitejs/plugin-vue'
import { join } from 'node:path'
import { defineConfig } from 'vite'
import { precompress } from './precompress.ts'
import { serviceWorker } from './service-worker.ts'

/**
 * The service sends `script-src 'self'; style-src 'self'`: nothing inline, no `eval`. Messages are therefore compiled to a
 * syntax tree and interpreted (vue-i18n's way since version 10), never to a function.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [vue(), serviceWorker(), precompress(join(import.meta.dirname, '../../dist/web'))],
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2020',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // ECharts, loaded with the first chart.
    chunkSizeWarningLimit: 600,
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
})
