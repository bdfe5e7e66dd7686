import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Packages that are published export their bundle to the world and their source to us.
  resolve: { conditions: ['everflame-source'] },
  ssr: { resolve: { conditions: ['everflame-source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'e2e/**/*.test.ts'],
    // Real processes and a real browser on two slow cores: a test waits for what it needs, never for a clock.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
