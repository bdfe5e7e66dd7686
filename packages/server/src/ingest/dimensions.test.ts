import { expect, test } from 'vitest';
import {
  canonicalLabels,
  dimensionNames,
  dimensionsOfProfile,
  givenLabels,
  keyOfLabels,
} from './dimensions.ts';

test('a profile is sliced by what has few values in a fleet, never by who sent it', () => {
  expect(
    dimensionsOfProfile({
      'service.version': '1.2',
      'cloud.region': 'eu-west-1',
      'service.instance.id': 'i-1',
      'host.name': 'ip-10-0-0-1',
      'process.pid': '12',
      team: 'shop',
    }),
  ).toEqual({ 'service.version': '1.2', 'cloud.region': 'eu-west-1' });
});

test('short names stand for long ones, which win where both are given', () => {
  expect(canonicalLabels({ env: 'a', version: '1', colour: 'red' })).toEqual({
    'deployment.environment.name': 'a',
    'service.version': '1',
    colour: 'red',
  });
  for (const labels of [
    { 'cloud.region': 'long', region: 'short' },
    { region: 'short', 'cloud.region': 'long' },
  ]) {
    expect(canonicalLabels(labels)).toEqual({ 'cloud.region': 'long' });
  }
});

test('labels of a person are few, short and of no one request, and those left out are named', () => {
  const given = (labels: Record<string, string>) => givenLabels(labels);
  expect(given({ team: 'shop' })).toMatchObject({ own: { team: 'shop' } });
  const refused: readonly Record<string, string>[] = [
    { 'user.id': '7' },
    { sql: 'x'.repeat(201) },
    { 'service.version': 'x'.repeat(201) },
    { ['x'.repeat(101)]: '1' },
  ];
  for (const labels of refused) {
    const { kept, own, warnings } = given(labels);
    expect([kept, own]).toEqual([{}, {}]);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.length).toBeLessThan(1200);
  }
  const many = given(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`n${i}`, '1'])));
  expect(Object.keys(many.own)).toHaveLength(8);
  expect(many.warnings).toEqual([expect.stringMatching(/“n8”.*and others/)]);
});

test.each([
  'span id',
  'local root span id',
  'trace_id',
  'requestId',
  'userID',
  'thread id',
  'pid',
  'pod',
])('samples are not sliced by “%s”', (name) => {
  expect(dimensionNames([{ [name]: '1' }]).size).toBe(0);
});

test.each(['endpoint', 'http.route', 'tenant', 'operation', 'identity', 'valid'])(
  'samples are sliced by “%s”',
  (name) => {
    expect([...dimensionNames([{ [name]: '1' }])]).toEqual([name]);
  },
);

test('a name with many values, or with long ones, is no dimension', () => {
  const many = Array.from({ length: 33 }, (_, index) => ({
    user: `u${index}`,
    kind: `k${index % 3}`,
  }));
  expect([...dimensionNames(many)]).toEqual(['kind']);
  expect(dimensionNames([{ sql: 'x'.repeat(201) }]).size).toBe(0);
});

test('names are few and short, whatever is sent', () => {
  expect(dimensionNames([{ ['x'.repeat(101)]: '1' }]).size).toBe(0);
  const names = Array.from({ length: 1000 }, (_, index) => [`n${index}`, '1']);
  expect(dimensionNames([Object.fromEntries(names)]).size).toBe(16);
});

test('equal label sets have equal keys', () => {
  expect(keyOfLabels({ a: '1', b: '2' })).toBe(keyOfLabels({ b: '2', a: '1' }));
  expect(keyOfLabels({ a: '1,b' })).not.toBe(keyOfLabels({ a: '1', b: '' }));
});
