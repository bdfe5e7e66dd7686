// Writing an aggregated profile as binary Ion: ours against ion-js, on a tree of 20,000 nodes.
import { dumpBinary } from 'ion-js';
import { ionBytes } from '../packages/server/src/aws/ion.ts';

const children: Record<string, object> = {};
for (let i = 0; i < 20_000; i++) {
  children[`com.example.Service${i % 5000}.method${i}`] = {
    counts: { RUNNABLE: i },
    file: `Service${i % 5000}.java`,
    line: [i, i + 3],
  };
}
const profile = { start: 1, end: 2, callgraph: { children } };

function best(run: () => unknown, times: number): number {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    run();
    ms = Math.min(ms, performance.now() - started);
  }
  return ms;
}

const ours = best(() => ionBytes(profile), 5);
const theirs = best(() => dumpBinary(profile), 2);
console.log(
  `ion: ours ${ours.toFixed(1)} ms, ion-js ${theirs.toFixed(1)} ms, ratio ${(theirs / ours).toFixed(1)}`,
);
