import { expect, test } from 'vitest';
import { z } from 'zod';
import { checked, queryValues, withoutNulls } from './checked.ts';
import { Channel, MaxResults, ProfilingGroupName, QueryBoolean, Tags } from './shapes.ts';

const said = (schema: z.ZodType, value: unknown): string => {
  try {
    checked(schema, value);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
};

const prefix = (value: string, at: string) =>
  `1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must `;

type Case = readonly [
  shape: z.ZodRawShape,
  value: object,
  ...said: readonly [string, string, string],
];

test.each<Case>([
  [
    { n: ProfilingGroupName },
    { n: 'a b' },
    "'a b'",
    'n',
    'satisfy regular expression pattern: ^[\\w-]+$',
  ],
  [{ n: ProfilingGroupName }, {}, 'null', 'n', 'not be null'],
  [{ n: z.string().max(2) }, { n: 'abc' }, "'abc'", 'n', 'have length less than or equal to 2'],
  [{ n: MaxResults }, { n: '1001' }, "'1001'", 'n', 'have value less than or equal to 1000'],
  [{ n: MaxResults }, { n: '0' }, "'0'", 'n', 'have value greater than or equal to 1'],
  [
    { n: MaxResults },
    { n: '1e2' },
    "'1e2'",
    'n',
    'satisfy regular expression pattern: ^-?\\d{1,15}$',
  ],
  [{ n: QueryBoolean }, { n: 'True' }, "'True'", 'n', 'satisfy enum value set: [true, false]'],
  [{ n: z.boolean() }, { n: 'true' }, "'true'", 'n', 'be of type boolean'],
  [
    { c: z.array(Channel) },
    { c: [{ uri: 'x', eventPublishers: [] }] },
    "'[]'",
    'c.0.eventPublishers',
    'have length greater than or equal to 1',
  ],
])('%#: what is wrong is said as AWS says it', (shape, value, ...[shown, at, constraint]) => {
  expect(said(z.object(shape), value)).toBe(prefix(shown, at) + constraint);
});

test('all that is wrong is said at once, and long values are cut short', () => {
  const schema = z.object({ a: z.string(), b: z.string().max(5) });
  expect(said(schema, { b: 'x'.repeat(1000) })).toMatch(
    /^2 validation errors detected: Value null at 'a' .*; Value 'x{100}…' at 'b' /,
  );
  expect(said(z.object({ t: Tags }), { t: { 'aws:x': '' } })).toMatch(/^1 validation error/);
});

test('a body that is wrong in thousands of places, or under long names, is not told at length', () => {
  const keys = Array.from({ length: 5000 }, (_, nth) => [`k${nth}`, 1]);
  const many = said(z.object({ t: Tags }), { t: Object.fromEntries(keys) });
  expect(many).toMatch(/^5000 validation errors detected: Value '1' at 't.k0' .*; …$/);
  expect(many.length).toBeLessThan(3000);
  const long = said(z.record(z.string(), z.string()), { ['k'.repeat(100_000)]: 1 });
  expect(long.length).toBeLessThan(500);
});

test('a body much deeper than any shape is refused', () => {
  const nested = (depth: number) =>
    JSON.parse(`${'{"a":'.repeat(depth)}[]${'}'.repeat(depth)}`) as unknown;
  expect(withoutNulls(nested(20))).toEqual(nested(20));
  for (const depth of [100, 5000, 40_000]) {
    expect(() => withoutNulls(nested(depth))).toThrow(/more than 50 levels/);
  }
});

test('of a query what the schema knows is taken, lists as lists, and nothing twice that is none', () => {
  const schema = z.object({ keys: z.array(z.string()), one: z.string().optional() });
  const values = (query: string) => queryValues(schema, new URLSearchParams(query));
  expect(values('keys=a&keys=b%20c&other=1')).toEqual({ keys: ['a', 'b c'] });
  expect(values('keys=a&one=')).toEqual({ keys: ['a'], one: '' });
  expect(() => values('one=1&one=1')).toThrow(/“one” takes one value, and 2 came/);
});

test('null is a member that is absent, in objects and not in lists', () => {
  const value = { a: null, b: { c: null, d: [null, { e: null }] }, f: 0, g: '' };
  expect(withoutNulls(value)).toEqual({ b: { d: [null, {}] }, f: 0, g: '' });
  expect(withoutNulls(null)).toBe(null);
  const hostile = withoutNulls(JSON.parse('{"__proto__": {"x": 1}}'));
  expect(Object.getPrototypeOf(hostile)).toBe(Object.prototype);
});
