import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Who may import whom. The manifests are the architecture: the linter lets a package import only what its
 * manifest lists, and this table pins the manifests.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  model: [],
  formats: ['model'],
  api: ['model'],
  agent: ['model', 'formats', 'api'],
  server: ['model', 'formats', 'api'],
  web: ['model', 'api'],
  cli: ['model', 'formats', 'api', 'agent', 'server', 'web'],
};

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = (name: string): Manifest =>
  JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));

const present = readdirSync('packages').filter((name) =>
  existsSync(`packages/${name}/package.json`),
);

test('every package has its place in the architecture', () => {
  expect(Object.keys(allowed).toSorted()).toEqual(present.toSorted());
});

test.each(present)('%s depends only on what the architecture allows', (name) => {
  const { dependencies, devDependencies } = manifest(name);
  const ours = Object.keys({ ...dependencies, ...devDependencies })
    .filter((dependency) => dependency.startsWith('@everflame/'))
    .map((dependency) => dependency.slice('@everflame/'.length));
  expect(allowed[name]).toEqual(expect.arrayContaining(ours));
});

/** What ships: no tests, and none of the contracts that they call. */
const sourcesOf = (name: string): readonly string[] =>
  readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/(\.test|-contract)\.ts$/.test(file),
  );

/** A model that did I/O could not be proven to run in the page as it runs in the server. */
test.each(['model', 'formats', 'api'])('%s imports nothing of Node', (name) => {
  const files = sourcesOf(name);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    expect(readFileSync(`packages/${name}/src/${file}`, 'utf8'), file).not.toMatch(/from 'node:/);
  }
});

/** `storage` may not know HTTP, and nobody outside it may know an engine. */
test('only the storage folder and the start of the server know the database', () => {
  const files = sourcesOf('server');
  for (const file of files) {
    const text = readFileSync(`packages/server/src/${file}`, 'utf8');
    if (file.startsWith('storage/'))
      expect(text, file).not.toMatch(/from '(hono|\.\.\/(\.\.\/)?(api|aws|ingest|query)\/)/);
    else expect(text, file).not.toMatch(/from '@duckdb/);
  }
});
