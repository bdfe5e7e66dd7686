import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CallTree,
  callTreeOf,
  frameWeights,
  sumStates,
  threadStates,
  totals,
} from '@everflame/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inflate, sample } from '../../test/samples.ts';
import { decode } from '../decode.ts';
import { encodePprof } from './encode.ts';

const hasGo = ((): boolean => {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Self and total by function, as `go tool pprof -top` counts them. */
function top(file: string, sampleIndex: string): Map<string, readonly [flat: number, cum: number]> {
  const unit = /space/.test(sampleIndex)
    ? 'bytes'
    : /count|objects/.test(sampleIndex)
      ? 'count'
      : 'ns';
  const text = execFileSync(
    'go',
    [
      'tool',
      'pprof',
      '-top',
      `-sample_index=${sampleIndex}`,
      '-nodecount=100000',
      '-nodefraction=0',
      `-unit=${unit}`,
      file,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const rows = text.matchAll(
    /^ *([\d.]+)\w* +\S+% +\S+% +([\d.]+)\w* +\S+% +(.+?)(?: \(inline\))?$/gm,
  );
  return new Map(
    [...rows].map(([, flat, cum, name]) => [name!, [Number(flat), Number(cum)] as const]),
  );
}

function ours(tree: CallTree, measureId: string): Map<string, readonly [number, number]> {
  const column = sumStates(tree, measureId, threadStates);
  const weights = frameWeights(tree, column);
  const byName = new Map<string, readonly [number, number]>();
  for (let row = 1; row < tree.frames.length; row++) {
    if (weights.total[row] === 0) continue;
    byName.set(tree.frames.name[row]!, [weights.self[row]!, weights.total[row]!]);
  }
  expect(totals(tree, column)[0]).toBeGreaterThan(0);
  return byName;
}

if (!hasGo) {
  test('go tool pprof was not asked: there is no Go on this machine', () => {
    process.stdout.write(
      'formats: no Go on the PATH, so pprof was not compared with `go tool pprof`.\n',
    );
  });
} else {
  describe('go tool pprof -top', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'everflame-pprof-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each([
      ['go-cpu', 'cpu', 'cpu'],
      ['go-heap', 'alloc_space', 'alloc_bytes'],
      ['go-heap', 'inuse_space', 'live_bytes'],
      ['go-allocs', 'alloc_objects', 'alloc_objects'],
      ['node-heap', 'inuse_space', 'live_bytes'],
    ])(
      '%s, %s: as we count the file, and as it counts our copy of it',
      (name, sampleIndex, measureId) => {
        const original = join(folder, 'original.pb');
        writeFileSync(original, sample(`${name}.pprof.gz`));
        const profile = decode(sample(`${name}.pprof.gz`), { inflate });
        const tree = callTreeOf(profile);
        const copy = join(folder, 'copy.pb');
        writeFileSync(
          copy,
          encodePprof(tree, { startMs: profile.startMs ?? 0, endMs: profile.endMs ?? 0 }),
        );
        const theirs = top(original, sampleIndex);
        const once = namesOfOneFrame(tree);
        expect(theirs.size).toBeGreaterThan(3);
        expect(only(once, ours(tree, measureId))).toEqual(only(once, theirs));
        expect(only(once, top(copy, sampleIndex))).toEqual(only(once, theirs));
      },
    );
  });
}

/** Functions of one name in several files are one row to one of us and many to the other. */
const namesOfOneFrame = ({ frames }: CallTree) =>
  new Set(
    frames.name.filter(
      (name, row) => row > 0 && frames.name.indexOf(name) === frames.name.lastIndexOf(name),
    ),
  );

/** Without names that are printed in other words, such as type arguments. */
const only = (
  names: ReadonlySet<string>,
  weights: ReadonlyMap<string, readonly [number, number]>,
) =>
  Object.fromEntries([...weights].filter(([name]) => names.has(name) && /^[\w./*()]+$/.test(name)));
