import { callTreeOf, draw, sumStates, threadStates } from '@everflame/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expected, inflate, sample } from '../../test/samples.ts';
import { decode } from '../decode.ts';
import type { Hints } from '../format.ts';
import { keepsTheFormatContract, problemOf } from '../format-contract.ts';
import { folded } from './decode.ts';
import { encodeFolded } from './encode.ts';

const collapsed = sample('asyncprof-cpu.collapsed');
const decoded = (text: string | Uint8Array, hints: Hints = {}) =>
  decode(typeof text === 'string' ? new TextEncoder().encode(text) : text, { inflate, hints });
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

describe('folded', () => {
  keepsTheFormatContract(folded, [{ name: 'async-profiler', bytes: collapsed }]);
});

test('async-profiler output has the totals it should have', () => {
  const profile = decoded(collapsed);
  const { samples, totals } = expected('asyncprof-cpu.collapsed');
  expect(profile.samples.length).toBe(samples);
  expect(sum(profile.samples.values[0]!)).toBe(totals.samples);
  expect(profile.runtime).toBe('jvm');
  expect(profile.threads).toContainEqual({ name: 'C2 CompilerThre', id: '23454' });
  expect(profile.frames.name).toContain('java.util.logging.Logger.getLogger');
});

test('the last space parts stack and count, for names hold spaces', () => {
  expect(draw(decoded('main;operator new (unsigned long);f 3\nmain 1\n'))).toBe(
    'main 4\n  operator new (unsigned long) 3\n    f 3',
  );
});

test.each([
  ['a line feed', 'main;f 1\nmain;g 2\n'],
  ['carriage return and line feed', 'main;f 1\r\nmain;g 2\r\n'],
  ['no line feed at the end', 'main;f 1\nmain;g 2'],
  ['comments and empty lines', '# made by a tool\n\nmain;f 1\n  \nmain;g 2\n'],
  ['a byte order mark', '\ufeffmain;f 1\nmain;g 2\n'],
  ['tabs before the counts', 'main;f\t1\nmain;g\t2\n'],
  ['float counts', 'main;f 0.9\nmain;g 2.2e0\n'],
  ['empty frames', 'main;;f 1\n;main;g 2\n'],
  ['annotations', 'main_[j];f_[i] 1\nmain_[0];g_[k] 2\n'],
])('lines with %s are read', (_, text) => {
  expect(draw(decoded(text))).toBe('main 3\n  g 2\n  f 1');
});

test.each(['utf-16le', 'utf-16be'])('%s with its mark is read', (encoding) => {
  const units = [0xfeff, ...[...'main;f 1\n'].map((letter) => letter.charCodeAt(0))];
  const isLittle = encoding === 'utf-16le';
  const bytes = units.flatMap((u) => (isLittle ? [u & 255, u >> 8] : [u >> 8, u & 255]));
  expect(draw(decoded(Uint8Array.from(bytes)))).toBe('main 1\n  f 1');
});

test.each([
  ['a negative count', 'main;f -3\n', 'invalid-value'],
  ['no count', 'main;f 1\nmain;g\n', 'missing-count'],
  ['a count that is no number', 'main;f 1\nmain;g NaN\n', 'missing-count'],
  ['an infinite count', 'main;f 1\nmain;g 1e999\n', 'invalid-value'],
  ['line ends that were lost', 'parse 30main;handle;render 10main;idle 60', 'corrupt-profile'],
  ['nothing but comments', '# main;f 1\n', 'empty-profile'],
  ['JSON', '{"a": 1}', 'unknown-format'],
  ['nothing at all', '', 'unknown-format'],
] as const)('%s is refused', (_, text, code) => {
  expect(problemOf(() => decoded(text))).toBe(code);
});

test('the line at fault is named as an editor counts', () => {
  expect(() => decoded('# by a tool\n\nmain;f 1\nmain;g\n')).toThrow(
    'Line 4 ends in no number: "main;g"',
  );
});

test('one stack alone may have numbers in its names', () => {
  expect(draw(decoded('main;operator 2x;f 3\n'))).toBe('main 3\n  operator 2x 3\n    f 3');
});

test('frames of py-spy carry file and line', () => {
  const profile = decoded('<module> (app.py:3);work (lib/site-packages/x/y.py:10) 2\n');
  expect(profile.frames.name).toEqual(['', '<module>', 'work']);
  expect(profile.frames.file).toEqual(['', 'app.py', 'lib/site-packages/x/y.py']);
  expect(profile.frames.module[2]).toBe('x');
  expect([...profile.stacks.line]).toEqual([0, 3, 10]);
  expect(profile.runtime).toBe('python');
  expect(profile.quality.lines).toBe('exact');
});

test.each([
  ['[batch-0 tid=12];main 1', { name: 'batch-0', id: '12' }],
  ['Thread 0x7F0A "worker";main 1', { name: 'worker', id: '0x7F0A' }],
  ['thread (12): pool;main 1', { name: 'pool', id: '12' }],
])('the first frame of %s is a thread', (text, thread) => {
  const profile = decoded(text);
  expect(profile.threads[profile.samples.thread[0]!]).toEqual(thread);
  expect(draw(profile)).toBe('main 1');
});

test('hints say what counts mean', () => {
  const measured = (hints: Hints) => {
    const { measures, samples } = decoded('a 3', hints);
    return `${measures[0]!.id} ${samples.values[0]![0]} ${samples.count[0]}`;
  };
  expect(measured({})).toBe('samples 3 3');
  expect(measured({ sampleRateHz: 100 })).toBe('cpu 30000000 3');
  expect(measured({ sampleType: 'wall', sampleRateHz: 10 })).toBe('wall 300000000 3');
  expect(measured({ sampleType: 'alloc_space', unit: 'bytes' })).toBe('alloc_bytes 3 3');
  expect(measured({ sampleType: 'lock_wait', unit: 'ns' })).toBe('lock_wait 3 3');
});

test('what is written is read back', () => {
  const name = fc.stringMatching(/^[a-z][a-z .<>]{0,6}[a-z]$/);
  const lines = fc.array(
    fc.tuple(fc.array(name, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 1e9 })),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(lines, (stacks) => {
      const text = stacks.map(([names, count]) => `${names.join(';')} ${count}`).join('\n');
      const tree = callTreeOf(decoded(text));
      const all = sumStates(tree, 'samples', threadStates);
      const again = callTreeOf(decoded(encodeFolded(tree, all)));
      expect(draw(again)).toBe(draw(tree));
    }),
  );
});

test('counts that are too large for a sum are refused', () => {
  const of = (text: string, hints: Hints = {}) =>
    problemOf(() => decode(new TextEncoder().encode(text), { inflate, hints }));
  expect(of('main;f 1e308')).toBe('invalid-value');
  expect(of('main;f 1e300', { sampleRateHz: 1e-9 })).toBe('invalid-value');
});

test('separators in names cannot make frames or lines', () => {
  const tree = callTreeOf(decoded('a;b 1'));
  const evil = { ...tree, frames: { ...tree.frames, name: ['', 'x;y\nz 7', '\u2028;'] } };
  expect(encodeFolded(evil, tree.columns[0]!)).toBe('x:y z 7;: 1\n');
});

test('a stack of 100,000 frames is written, and refused where it is read', () => {
  const deep = Array.from({ length: 100_000 }, (_, i) => `f${i}`).join(';');
  expect(problemOf(() => decoded(`${deep} 1`))).toBe('stack-too-deep');
  const tree = callTreeOf(
    decode(new TextEncoder().encode(`${deep} 1`), { inflate, limits: { depth: 200_000 } }),
  );
  expect(encodeFolded(tree, tree.columns[0]!)).toBe(`${deep} 1\n`);
});
