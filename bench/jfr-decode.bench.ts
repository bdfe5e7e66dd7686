/**
 * Our Flight Recorder decoder against the JDK: its own reader (ReadRecording.java), which counts stacks, warm in one
 * process as ours is, and `jfr summary`, which counts events without reading them, less what it takes to start. One
 * run, interleaved, medians. Nothing on npm reads such files.
 *
 *     npx tsx bench/jfr-decode.bench.ts [recording.jfr …]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultLimits, formats } from '@everflame/formats';
import { callTreeOf } from '@everflame/model';

const ROUNDS = 5;
/** Decodes a round; whoever takes uploads is warm. */
const TIMES = 7;
/** A recorder begins a new chunk every 12 MB; these are smaller, which is harder on whoever reads them. */
const CHUNKS = 5;
const jfr = formats.find(({ name }) => name === 'jfr')!;
const context = { limits: defaultLimits, hints: {} };
const folder = tmpdir();
const path = (file: string) => new URL(file, import.meta.url).pathname;

/** Eight seconds of a program that allocates, with every buffer told of; made once, then kept. */
function recording(): string {
  const file = join(folder, 'everflame-bench.jfr');
  if (existsSync(file)) return file;
  console.log('making a recording (about ten seconds, once) …');
  execFileSync('javac', ['-d', folder, path('../packages/formats/test/Small.java')]);
  const events = ['jdk.ObjectAllocationInNewTLAB', 'jdk.ObjectAllocationOutsideTLAB']
    .map((event) => `${event}#enabled=true`)
    .join(',');
  const start = `-XX:StartFlightRecording=filename=${file},settings=profile,${events}`;
  const args = ['-Xmx64m', start, '-cp', folder, 'Small', '8000', '40000'];
  execFileSync('java', args, { stdio: 'ignore' });
  return file;
}

function repeated(file: string): string {
  const bytes = readFileSync(file);
  const copies = join(folder, 'everflame-bench-repeated.jfr');
  writeFileSync(copies, Buffer.concat(Array.from({ length: CHUNKS }, () => bytes)));
  return copies;
}

function timed(act: () => unknown): number {
  const start = performance.now();
  act();
  return performance.now() - start;
}

const tool = (...args: string[]) => execFileSync('jfr', args, { stdio: 'ignore' });

/** Milliseconds of each reading, the first of which, cold, are left out. */
function javaReads(file: string): number[] {
  const args = ['-cp', folder, 'ReadRecording', file, `${TIMES + 3}`];
  const lines = execFileSync('java', args, { encoding: 'utf8' }).trim().split('\n');
  return lines.slice(3).map(Number);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

execFileSync('javac', ['-d', folder, path('ReadRecording.java')]);
const given = process.argv.slice(2);
for (const file of given.length > 0 ? given : [recording()]) {
  const copies = repeated(file);
  const bytes = new Uint8Array(readFileSync(copies));
  const profile = jfr.decode(bytes, context);
  const times = {
    ours: [] as number[],
    tree: [] as number[],
    reader: [] as number[],
    start: [] as number[],
    summary: [] as number[],
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < TIMES; i++) times.ours.push(timed(() => jfr.decode(bytes, context)));
    times.tree.push(timed(() => callTreeOf(profile)));
    times.reader.push(...javaReads(copies));
    times.start.push(timed(() => tool('version')));
    times.summary.push(timed(() => tool('summary', copies)));
  }
  const ours = median(times.ours);
  const reader = median(times.reader);
  const summary = median(times.summary) - median(times.start);
  const megabytes = bytes.length / 1e6;
  const observations = profile.samples.count.reduce((all, count) => all + count, 0);
  console.log(
    `${file.split('/').pop()}, ${CHUNKS} times: ${megabytes.toFixed(1)} MB, ${observations} observations in ${profile.samples.length} rows, ${profile.stacks.length} stacks\n` +
      `  ours ${ours.toFixed(0)} ms: ${((megabytes / ours) * 1000).toFixed(0)} MB/s, ${(observations / ours / 1000).toFixed(2)} M observations/s; the call tree takes ${median(times.tree).toFixed(2)} ms more\n` +
      `  the JDK's reader ${reader.toFixed(0)} ms: ${(reader / ours).toFixed(1)} x; jfr summary ${summary.toFixed(0)} ms: ${(summary / ours).toFixed(1)} x`,
  );
}
