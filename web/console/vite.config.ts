import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = 'http://localhost:3004';

// The page is served under a policy that allows no inline script, style or data: nothing may be inlined.
export default defineConfig({
  plugins: [react(), tailwindcss()],
  // The client's packages are this page's own: one React for both.
  resolve: { preserveSymlinks: true, dedupe: ['react', 'react-dom', 'socket.io-client'] },
  server: {
    proxy: {
      '/api': server,
      '/phones.json': server,
      '/socket.io': { target: server, ws: true },
    },
  },
  build: {
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    setupFiles: 'src/testing.ts',
    // Only for what hangs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
