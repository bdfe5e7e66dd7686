import { expect, test } from 'vitest';
import { preparedProfile } from '../storage/prepared-profile-fixture.ts';
import { OwnLabels, withOwnLabels } from './own-labels.ts';

const day = 86_400_000;

test('a group has so many combinations of labels a day, and those it has it keeps', () => {
  const labels = new OwnLabels();
  const taken = (group: number, nowMs: number) =>
    Array.from({ length: 100 }, (_, build) => labels.take(group, { build: `${build}` }, nowMs));
  const isFew = (all: readonly boolean[]) => all.filter((one) => one).length;
  expect(isFew(taken(1, 0))).toBe(64);
  expect(isFew(taken(1, day - 1))).toBe(64);
  expect(isFew(taken(2, day - 1))).toBe(64);
  expect(isFew(taken(1, day))).toBe(64);
});

test('however many groups there are, their combinations are bounded together', () => {
  const labels = new OwnLabels();
  let taken = 0;
  for (let group = 0; group < 60_000; group++) if (labels.take(group, { a: 'b' }, 0)) taken++;
  expect(taken).toBe(50_000);
});

test('where samples have a label, theirs stays', () => {
  const profile = preparedProfile({ stacks: 'main 1', labels: { colour: 'blue' } });
  const { series } = withOwnLabels(profile, { colour: 'red', shape: 'round' });
  expect(series.map(({ labels }) => labels)).toEqual([{ colour: 'blue', shape: 'round' }]);
});
