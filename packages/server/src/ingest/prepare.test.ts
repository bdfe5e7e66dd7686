import {
  knownMeasures,
  type Profile,
  profileOf,
  threadGroup,
  threadStates,
} from '@everflame/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PreparedProfile } from '../storage/profile-store.ts';
import { anyProfile } from './any-profile.ts';
import { keyOfLabels } from './dimensions.ts';
import { prepare } from './prepare.ts';

type Sums = Record<string, { self: number; count: number }>;

const add = (sums: Sums, key: string, self: number, count: number) => {
  const known = sums[key] ?? { self: 0, count: 0 };
  sums[key] = { self: known.self + self, count: known.count + count };
};

/** The path of names and the executing line, from the root. */
function stackText(profile: Profile, stack: number): string {
  const names: string[] = [];
  for (let at = stack; at > 0; at = profile.stacks.parent[at]!) {
    names.unshift(profile.frames.name[profile.stacks.frame[at]!]!);
  }
  return `${names.join(';')}:${profile.stacks.line[stack]}`;
}

/** What prepare means, the slow and obvious way: one key a sample. */
function slowSums(profiles: readonly Profile[]): { selfs: Sums; series: Sums } {
  const selfs: Sums = {};
  const series: Sums = {};
  for (const profile of profiles) {
    const { samples } = profile;
    for (let row = 0; row < samples.length; row++) {
      const { 'span id': _, ...labels } = profile.labelSets[samples.labelSet[row]!]!;
      const thread = profile.threads[samples.thread[row]!]!.name;
      const all = {
        ...profile.labels,
        ...labels,
        ...(thread ? { 'thread.name': threadGroup(thread) } : {}),
      };
      for (const [column, measure] of profile.measures.entries()) {
        const value = samples.values[column]![row]!;
        if (value === 0) continue;
        const key = `${measure.id} ${threadStates[samples.state[row]!]} ${keyOfLabels(all)}`;
        add(selfs, `${key} ${stackText(profile, samples.stack[row]!)}`, value, 0);
        add(series, key, value, samples.count[row]!);
      }
    }
  }
  return { selfs, series };
}

function preparedSums(prepared: PreparedProfile): { selfs: Sums; series: Sums } {
  const { nodes, frames } = prepared;
  const pathOf = (node: number): string[] =>
    node === 0 ? [] : [...pathOf(nodes.parent[node]!), frames.name[nodes.frame[node]!]!];
  const selfs: Sums = {};
  const series: Sums = {};
  for (const one of prepared.series) {
    const key = `${one.measure.id} ${one.state} ${keyOfLabels(one.labels)}`;
    add(series, key, one.total, one.count);
    for (const [row, node] of one.node.entries()) {
      add(selfs, `${key} ${pathOf(node).join(';')}:${one.line[row]}`, one.self[row]!, 0);
    }
  }
  return { selfs, series };
}

const weighty = fc
  .array(anyProfile, { minLength: 1, maxLength: 3 })
  .filter((profiles) =>
    profiles.some(({ samples }) => samples.values.some((values) => values.some((v) => v > 0))),
  );

test('sums agree with their slow definition, for one profile and for several', () => {
  fc.assert(
    fc.property(weighty, (profiles) => {
      expect(preparedSums(prepare(profiles, {}))).toEqual(slowSums(profiles));
    }),
  );
});

test('a frame counts once on a path, however often it recurs, over all label sets', () => {
  fc.assert(
    fc.property(weighty, (profiles) => {
      const slow: Record<string, { self: number; total: number }> = {};
      for (const profile of profiles) {
        const { samples } = profile;
        for (let row = 0; row < samples.length; row++) {
          const names = stackText(profile, samples.stack[row]!)
            .split(':')[0]!
            .split(';')
            .filter(Boolean);
          for (const [column, measure] of profile.measures.entries()) {
            const value = samples.values[column]![row]!;
            if (value === 0) continue;
            const key = (name: string) =>
              `${measure.id} ${threadStates[samples.state[row]!]} ${name}`;
            for (const name of new Set(names)) {
              slow[key(name)] ??= { self: 0, total: 0 };
              slow[key(name)]!.total += value;
            }
            if (names.length > 0) slow[key(names.at(-1)!)]!.self += value;
          }
        }
      }
      const prepared = prepare(profiles, {});
      const fast: typeof slow = {};
      for (const { measure, state, frame, self, total } of prepared.frameSeries) {
        for (const [row, name] of frame.entries()) {
          const key = `${measure.id} ${state} ${prepared.frames.name[name]}`;
          expect(fast[key]).toBeUndefined();
          fast[key] = { self: self[row]!, total: total[row]! };
        }
      }
      expect(fast).toEqual(slow);
    }),
  );
});

test('ids of frames and paths do not depend on what else a profile holds', () => {
  const alone = prepare([profileOf('main\nserve')], {});
  const among = prepare([profileOf('other  main\nx      serve'), profileOf('main\nserve')], {});
  const idOf = ({ nodes, frames }: PreparedProfile, name: string) =>
    nodes.id[nodes.frame.findIndex((frame) => frames.name[frame] === name)];
  expect(idOf(among, 'serve')).toBe(idOf(alone, 'serve'));
});

test('lines widen a node and stay apart in its series', () => {
  const { nodes, series } = prepare([profileOf('main:3  main:9')], {});
  expect([nodes.length, nodes.lineFrom[1], nodes.lineTo[1]]).toEqual([2, 3, 9]);
  expect([...series[0]!.line]).toEqual([3, 9]);
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e20])('a value of %d is refused', (value) => {
  const profile = profileOf('main', { measure: knownMeasures.wall, weights: [value] });
  expect(() => prepare([profile], {})).toThrow(expect.objectContaining({ code: 'invalid-value' }));
});

test('a sample that stands for more observations than can be is refused', () => {
  const drawn = profileOf('main');
  const profile = { ...drawn, samples: { ...drawn.samples, count: Float64Array.of(1e300) } };
  expect(() => prepare([profile], {})).toThrow(expect.objectContaining({ code: 'invalid-value' }));
});

test('a profile without weight is refused', () => {
  expect(() => prepare([profileOf('main', { weights: [0] })], {})).toThrow(
    expect.objectContaining({ code: 'empty-profile' }),
  );
});

test('label sets are bounded: what has too many counts for the whole profile', () => {
  const pairs = Array.from({ length: 30 * 30 }, (_, index) => ({
    a: `a${index % 30}`,
    b: `b${Math.floor(index / 30)}`,
  }));
  const drawn = profileOf(pairs.map(() => 'main').join('  '));
  const profile = {
    ...drawn,
    labelSets: pairs,
    samples: { ...drawn.samples, labelSet: Uint32Array.from(pairs.keys()) },
  };
  const { series } = prepare([profile], { 'service.version': '1' });
  expect(series).toHaveLength(256);
  expect(series.reduce((sum, { total }) => sum + total, 0)).toBe(900);
  const rest = series.find(({ labels }) => Object.keys(labels).length === 1);
  expect(rest).toMatchObject({ labels: { 'service.version': '1' }, total: 900 - 255 });
});
