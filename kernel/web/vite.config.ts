import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { precompress } from './build/precompress'

/** Assets are served from `/assets/` at the root of the installation, one copy for all tenants. */
export default defineConfig({
  plugins: [vue(), precompress()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (/node_modules\/(@codemirror|@lezer|style-mod|crelt|w3c-keyname)\//.test(id)) return 'editor'
          if (/node_modules\/(@vue|vue|vue-router)\//.test(id)) return 'vue'
          return undefined
        },
      },
    },
  },
  server: {
    proxy: { '^(/[^/]+)?/api/': process.env.ZIKAO_SERVER ?? 'http://127.0.0.1:8080' },
  },
})
