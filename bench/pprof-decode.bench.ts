/**
 * Our pprof decoder against pprof-format's Profile.decode, from inflated bytes. Ours ends with stacks
 * as a prefix tree, interned frames, labels and columns, all that a call tree is made of; theirs with
 * an object per message. One run, interleaved, medians.
 *
 *     npx tsx bench/pprof-decode.bench.ts [profile.pprof.gz …]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { defaultLimits, formats } from '@everflame/formats';
import { callTreeOf } from '@everflame/model';
import { Profile } from 'pprof-format';

const ROUNDS = 25;
const samples = new URL('../packages/formats/test/samples/', import.meta.url);
const pprof = formats.find(({ name }) => name === 'pprof')!;
const context = { limits: defaultLimits, hints: {} };

/** A heap profile of the Go type checker at work on the standard library; made once, then kept. */
function largeGoProfile(): string | undefined {
  const file = join(tmpdir(), 'everflame-bench-heap.pprof.gz');
  if (existsSync(file)) return file;
  try {
    console.log('making a large heap profile with Go (about ten seconds, once) …');
    execFileSync('go', ['run', new URL('big-heap-profile.go', import.meta.url).pathname, file], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return file;
  } catch {
    console.log('no Go here: only the samples that come with the tests are measured.');
    return undefined;
  }
}

/** Medians, not minima: the garbage that a decoder leaves is paid for in some of its rounds. */
function medians(bytes: Uint8Array): { ours: number; theirs: number; tree: number } {
  const times = { ours: [] as number[], theirs: [] as number[], tree: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const profile = pprof.decode(bytes, context);
    const decoded = performance.now();
    callTreeOf(profile);
    const treed = performance.now();
    Profile.decode(bytes);
    const end = performance.now();
    times.ours.push(decoded - start);
    times.tree.push(treed - decoded);
    times.theirs.push(end - treed);
  }
  return { ours: median(times.ours), theirs: median(times.theirs), tree: median(times.tree) };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

const given = process.argv.slice(2);
const files =
  given.length > 0
    ? given
    : [largeGoProfile(), 'node-wall.pprof.gz', 'node-heap.pprof.gz', 'go-cpu.pprof.gz'];
for (const file of files) {
  if (file === undefined) continue;
  const path = file.includes('/') ? file : new URL(file, samples);
  const bytes = new Uint8Array(gunzipSync(readFileSync(path)));
  const { samples: rows, stacks } = pprof.decode(bytes, context);
  const { ours, theirs, tree } = medians(bytes);
  const megabytes = bytes.length / 1e6;
  console.log(
    `${file.split('/').pop()}: ${megabytes.toFixed(2)} MB, ${rows.length} samples, ${stacks.length} stacks\n` +
      `  pprof-format ${theirs.toFixed(2)} ms, ours ${ours.toFixed(2)} ms: ${(theirs / ours).toFixed(1)} x\n` +
      `  ours: ${((megabytes / ours) * 1000).toFixed(0)} MB/s, ${(rows.length / ours / 1000).toFixed(2)} M samples/s; the call tree takes ${tree.toFixed(2)} ms more`,
  );
}
