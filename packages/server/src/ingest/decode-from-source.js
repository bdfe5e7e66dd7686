// Program of a decoder thread where the server runs from its TypeScript source: a thread does not inherit
// the loader of the thread that started it. The bundle starts decode-worker.js itself.
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace's own, and never part of the bundle.
import { register } from 'tsx/esm/api';

register();
await import('./decode-worker.ts');
