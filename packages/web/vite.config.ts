import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    target: 'es2022',
    // Nothing is inlined into the page, so that the server's Content-Security-Policy can stay strict.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // `npx vite packages/web` in development; the real server is expected beside it.
  server: { proxy: { '/api': process.env.EVERFLAME_SERVER ?? 'http://127.0.0.1:4100' } },
});
