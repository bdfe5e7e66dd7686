// Bundles what people run: the page, the agent, and the program with the server inside. Everything else is
// used as TypeScript source. Externals ship their own native binaries and cannot be bundled.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const packages = new URL('../packages/', import.meta.url);
const inPackages = (path) => fileURLToPath(new URL(path, packages));
const { version } = JSON.parse(readFileSync(inPackages('cli/package.json'), 'utf8'));

const forNode = (outDir, entries) => ({
  configFile: false,
  logLevel: 'warn',
  define: { EVERFLAME_VERSION: JSON.stringify(version) },
  resolve: { conditions: ['everflame-source', 'node', 'import', 'module', 'default'] },
  ssr: {
    noExternal: true,
    external: ['@duckdb/node-api', '@datadog/pprof'],
    resolve: { conditions: ['everflame-source', 'node', 'import', 'module', 'default'] },
  },
  build: {
    ssr: true,
    target: 'node20',
    outDir: inPackages(outDir),
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries(entries).map(([name, file]) => [name, inPackages(file)]),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});

await build(forNode('agent/dist', { index: 'agent/src/index.ts', start: 'agent/src/start.ts' }));
await build(
  forNode('cli/dist', {
    main: 'cli/src/main.ts',
    'decode-worker': 'server/src/ingest/decode-worker.ts',
  }),
);
await build({
  root: inPackages('web'),
  logLevel: 'warn',
  build: { outDir: inPackages('cli/dist/web'), emptyOutDir: true },
});
