// Aggregated profiles as Ion, written and read: ours against ion-js, on a tree of 20,000 nodes.
import { dumpBinary, dumpText, load } from 'ion-js';
import { ionValues } from '../packages/formats/src/ion/read.ts';
import { ionBytes } from '../packages/formats/src/ion/write.ts';

const children: Record<string, object> = {};
for (let i = 0; i < 20_000; i++) {
  children[`com.example.Service${i % 5000}.method${i}`] = {
    counts: { RUNNABLE: i },
    file: `Service${i % 5000}.java`,
    line: [i, i + 3],
  };
}
const profile = { start: 1, end: 2, callgraph: { children } };
const bounds = { depth: 1000, values: 1_000_000, containers: 1_000_000, symbolLength: 1000 };

function best(run: () => unknown, times: number): number {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    run();
    ms = Math.min(ms, performance.now() - started);
  }
  return ms;
}

function compare(what: string, ours: () => unknown, theirs: () => unknown): void {
  const oursMs = best(ours, 10);
  const theirsMs = best(theirs, 3);
  const ratio = (theirsMs / oursMs).toFixed(1);
  console.log(
    `ion ${what}: ours ${oursMs.toFixed(1)} ms, ion-js ${theirsMs.toFixed(1)} ms, ratio ${ratio}`,
  );
}

const binary = ionBytes(profile);
const text = new TextEncoder().encode(dumpText(profile));
compare(
  'written as binary',
  () => ionBytes(profile),
  () => dumpBinary(profile),
);
compare(
  `read from ${binary.length} bytes of binary`,
  () => ionValues(binary, bounds),
  () => load(binary),
);
compare(
  `read from ${text.length} bytes of text`,
  () => ionValues(text, bounds),
  () => load(text),
);
const json = JSON.stringify(profile);
const ms = best(() => JSON.parse(json), 10);
console.log(`JSON.parse of ${json.length} bytes of the same: ${ms.toFixed(1)} ms`);
