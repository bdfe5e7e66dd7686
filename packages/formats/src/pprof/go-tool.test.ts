import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CallTree,
  callTreeOf,
  frameWeights,
  normaliseName,
  type Profile,
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

/** Values by stack, outermost first, as `go tool pprof -raw` prints them: "caller:12 callee:3" → "1 10000000". */
function raw(file: string, nameOf: (name: string) => string): Map<string, string> {
  const text = execFileSync('go', ['tool', 'pprof', '-raw', file], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [samples = '', locations = ''] = text.split(/^(?:Locations|Mappings)$/m);
  const lines = new Map<string, string[]>();
  let calls: string[] = [];
  for (const row of locations.split('\n')) {
    const [, id, call] = /^ +(?:(\d+): 0x\S+ (?:M=\d+ )?)? *(.*)$/.exec(row) ?? [];
    if (id !== undefined) {
      calls = [];
      lines.set(id, calls);
    }
    const [, name, line] = /^(.*) \S*?:(\d+):\d+ s=\d+(?:\(.*\))?$/.exec(call ?? '') ?? [];
    // The innermost inlined call is printed first.
    if (name !== undefined) calls.unshift(`${nameOf(name)}:${line}`);
  }
  const stacks = [...samples.matchAll(/^ +(\d[\d ]*): ([\d ]*)$/gm)].map(([, values, ids]) => {
    const leafFirst = ids!.trim().split(' ');
    const names = leafFirst.reverse().flatMap((id) => lines.get(id) ?? []);
    return [names.join(' '), values!.trim().split(/ +/).map(Number)] as const;
  });
  return summed(stacks);
}

function rawOfOurs(
  { samples, stacks, frames, measures }: Profile,
  nameOf: (name: string) => string,
): Map<string, string> {
  const hasTime = measures.some(({ id }) => id === 'cpu' || id === 'wall');
  const columns = hasTime ? [samples.count, ...samples.values] : samples.values;
  const rows = Array.from({ length: samples.length }, (_, row) => {
    const names: string[] = [];
    for (let at = samples.stack[row]!; at > 0; at = stacks.parent[at]!) {
      names.unshift(`${nameOf(frames.name[stacks.frame[at]!]!)}:${stacks.line[at]}`);
    }
    return [names.join(' '), columns.map((column) => column[row]!)] as const;
  });
  return summed(rows);
}

/** Labels aside: samples of one stack become one. Those without any weight are not printed. */
function summed(rows: readonly (readonly [string, readonly number[]])[]): Map<string, string> {
  const sums = new Map<string, number[]>();
  for (const [stack, values] of rows) {
    const sum = sums.get(stack);
    sums.set(stack, sum ? sum.map((value, i) => value + values[i]!) : [...values]);
  }
  const weighty = [...sums].filter(([, values]) => values.some((value) => value !== 0));
  return new Map(weighty.map(([stack, values]) => [stack, values.join(' ')]));
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
  describe('go tool pprof', () => {
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

    test.each([
      'go-cpu',
      'go-heap',
      'go-allocs',
      'go-block',
      'go-mutex',
      'go-goroutine',
      'go-threadcreate',
      'node-wall',
      'node-heap',
      'jfrconv-cpu',
    ])('%s: every stack with its lines and all its values, as -raw prints them', (name) => {
      const file = join(folder, 'raw.pb');
      writeFileSync(file, sample(`${name}.pprof.gz`));
      const profile = decode(sample(`${name}.pprof.gz`), { inflate });
      // Their demangler takes brackets out of a regular expression that stands for a function.
      const nameOf = (text: string) =>
        text.startsWith('RegExp: ') ? 'RegExp' : normaliseName(profile.runtime, text);
      const theirs = raw(file, (text) => nameOf(text) || '(unknown)');
      expect(theirs.size).toBeGreaterThan(0);
      expect(rawOfOurs(profile, nameOf)).toEqual(theirs);
    });
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
