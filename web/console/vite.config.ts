import { defineConfig } from 'vite';

const server = 'http://localhost:3004';

// The page is served under a policy that allows no inline script, style or data: nothing may be inlined.
export default defineConfig({
  server: {
    proxy: {
      '/api': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
