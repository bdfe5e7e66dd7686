import fc from 'fast-check';
import { dumpBinary, dumpPrettyText, dumpText } from 'ion-js';
import { expect, test } from 'vitest';
import { problemOf } from '../format-contract.ts';
import type { IonBounds } from './bounds.ts';
import { ionValues } from './read.ts';
import { ionBytes } from './write.ts';

const bounds: IonBounds = {
  depth: 100,
  values: 100_000,
  containers: 100_000,
  symbolLength: 1000,
};
const utf8 = new TextEncoder();
const read = (document: string | Uint8Array, limits: Partial<IonBounds> = {}): unknown[] =>
  ionValues(typeof document === 'string' ? utf8.encode(document) : document, {
    ...bounds,
    ...limits,
  });
/** Binary Ion from hexadecimal digits, after the version marker. */
const binary = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(`e00100ea${hex.replaceAll(' ', '')}`, 'hex'));

// What ion-js writes and reads of them is the same value: "__proto__" it takes for no name.
const name = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => text !== '__proto__');
const moments = fc
  .date({ min: new Date('1970-01-02T00:00:00Z'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime())));
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.integer(),
    fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n }),
    fc.double().map((number) => number + 0),
    fc.boolean(),
    fc.constant(null),
    moments,
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 12 }),
    fc.dictionary(name, tie('value'), { noNullPrototype: true }),
  ),
})).value;

/** What JSON.parse would have given. */
function plain(one: unknown): unknown {
  if (typeof one === 'bigint') return Number(one);
  if (one instanceof Date) return one.getTime();
  if (one instanceof Uint8Array) return [...one];
  if (Array.isArray(one)) return one.map(plain);
  if (typeof one !== 'object' || one === null) return one;
  return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, plain(inner)]));
}

test.each([
  ['binary', (one: unknown) => dumpBinary(one)],
  ['text', (one: unknown) => utf8.encode(dumpText(one))],
  ['pretty text', (one: unknown) => utf8.encode(dumpPrettyText(one))],
])('whatever ion-js writes as %s is read', (_, written) => {
  fc.assert(
    fc.property(value, (one) => {
      expect(read(written(one)).map(plain)).toEqual([plain(one)]);
    }),
  );
});

test.each([
  ["{a: 1, \"b\": 2, 'c d': 3, '''e''': 4,}", { a: 1, b: 2, 'c d': 3, e: 4 }],
  [
    '[1_000, 0xFF, -0xf_f, 0b1_01, 1., 1.5, 2d3, -2.5D-1, 1e2, 12_3.4_5]',
    [1000, 255, -255, 5, 1, 1.5, 2000, -0.25, 100, 123.45],
  ],
  [
    '(a + -1 - - -inf nan +inf b::c a.b)',
    ['a', '+', -1, '-', '-', -Infinity, NaN, Infinity, 'c', 'a', '.', 'b'],
  ],
  [
    "[null, null.int, null.struct, true, false, 'null', 'true', nulls]",
    [null, null, null, true, false, 'null', 'true', 'nulls'],
  ],
  ['"a\\n\\t\\x41\\u00e9\\U0001F600\\\\\\"\\\nb"', 'a\n\tAé😀\\"b'],
  ["'''one ''' /* and */ '''two\r\nthree\\'''' // four\n", "one two\nthree'"],
  ['/* a */ // b\n x::y::{c:z::1}', { c: 1 }],
  ['$ion_1_0 $ion_symbol_table::{symbols:["first"]} {$10: $10}', { first: 'first' }],
  ['2020T', Date.UTC(2020, 0)],
  ['2020-02T', Date.UTC(2020, 1)],
  ['2020-02-29', Date.UTC(2020, 1, 29)],
  ['2020-02-29T12:30Z', Date.UTC(2020, 1, 29, 12, 30)],
  ['2020-02-29T12:30:45.1+02:00', Date.UTC(2020, 1, 29, 10, 30, 45, 100)],
  ['2020-02-29T12:30:45.123999-00:30', Date.UTC(2020, 1, 29, 13, 0, 45, 123)],
  ['0099-01-01T00:00Z', Date.parse('0099-01-01T00:00:00Z')],
])('the text %s is read', (text, expected) => {
  expect(read(text)).toEqual([expected]);
});

test('a number with underscores, which ion-js refuses, is the one without', () => {
  const digits = '[1-9](_?[0-9]){0,6}';
  const number = fc.oneof(
    fc.stringMatching(new RegExp(`^-?${digits}(\\.${digits})?([eE][+-]?[0-9]{1,2})?$`)),
    fc.stringMatching(/^0x[0-9a-fA-F](_?[0-9a-fA-F]){0,6}$/),
    fc.stringMatching(/^0b[01](_?[01]){0,6}$/),
  );
  fc.assert(
    fc.property(fc.array(number), (numbers) => {
      const expected = numbers.map((one) => Number(one.replaceAll('_', '')));
      expect(read(`[${numbers.join(' , ')}]`)).toEqual([expected]);
    }),
  );
});

test('bytes stay bytes', () => {
  const hello = utf8.encode('hello');
  expect(read("{{ aGVs bG8= }} {{\"hel\\x6co\"}} {{ '''he''' '''llo''' }}")).toEqual([
    hello,
    hello,
    hello,
  ]);
  expect(read(binary('a5 68656c6c6f 95 68656c6c6f'))).toEqual([hello, hello]);
});

test('a text of a hundred thousand escapes is one text', () => {
  const escapes = '\\x41b'.repeat(100_000);
  expect(read(`"${escapes}" '''${escapes}'''`)).toEqual(
    Array.from({ length: 2 }, () => 'Ab'.repeat(100_000)),
  );
});

test('all values of a document are read, whatever lies between them', () => {
  expect(read('1 two "3" [4] $ion_1_0 5')).toEqual([1, 'two', '3', [4], 5]);
  expect(read(binary('2101 00 0f e00100ea 0240ff 2102'))).toEqual([1, null, 2]);
});

test.each([
  ['0f', null],
  ['1f', null],
  ['10', false],
  ['11', true],
  ['20', 0],
  ['28 0020000000000001', 2 ** 53],
  ['2e 89 01 0000000000000000', 2 ** 64],
  ['31 07', -7],
  ['40', 0],
  ['44 3f800000', 1],
  ['48 7ff8000000000000', Number.NaN],
  ['50', 0],
  ['52 c1 0f', 1.5],
  ['52 c1 8f', -1.5],
  ['52 c2 81', -0.01],
  ['71 04', 'name'],
  ['70', '$0'],
  ['84 61c3a961', 'aéa'],
  ['b2 2101', [1]],
  ['c2 7104', ['name']],
  ['d0', {}],
  ['d1 83 84 2101', { name: 1 }],
  ['d5 84 2101 85 00', { name: 1 }],
  ['e4 81 84 2101', 1],
  ['6a 80 0fe4 82 9d 80 80 80 c3 01', Date.UTC(2020, 1, 29, 0, 0, 0, 1)],
  ['63 c0 0fe4', Date.UTC(2020, 0)],
])('the bytes %s are read', (hex, expected) => {
  expect(read(binary(hex))).toEqual([expected]);
});

test('symbol tables are replaced, added to, and reset', () => {
  const table = (hex: string) => {
    const body = hex.replaceAll(' ', '');
    const length = (body.length / 2).toString(16).padStart(2, '0');
    const wrapped = `8183de${(0x80 | Number.parseInt(length, 16)).toString(16)}${body}`;
    return `ee${(0x80 | (wrapped.length / 2)).toString(16)}${wrapped}`;
  };
  const symbols = (text: string) => `87 b2 81 ${Buffer.from(text).toString('hex')}`;
  const all = `${table(symbols('a'))} 710a ${table(`86 71 03 ${symbols('b')}`)} 710a 710b ${table(symbols('c'))} 710a`;
  expect(read(binary(all))).toEqual(['a', 'a', 'b', 'c']);
  expect(problemOf(() => read(binary(`${all} 710b`)))).toBe('corrupt-profile');
  expect(problemOf(() => read(binary(`${all} e00100ea 710a`)))).toBe('corrupt-profile');
});

test('symbols of tables that we do not have show their number', () => {
  const imports =
    '$ion_symbol_table::{imports:[{name:"theirs", version:1, max_id:5}], symbols:["own"]}';
  expect(read(`${imports} [$10, $14, $15]`)).toEqual([['$10', '$14', 'own']]);
  expect(problemOf(() => read(`${imports} $16`))).toBe('corrupt-profile');
  const endless =
    '$ion_symbol_table::{imports:[{name:"theirs", max_id:9e15}, {name:"more", max_id:9e15}]}';
  expect(read(`${endless} $99`)).toEqual(['$99']);
  expect(problemOf(() => read('$ion_symbol_table::{imports:[{name:"theirs"}]}'))).toBe(
    'corrupt-profile',
  );
});

test.each([
  ['a length beyond the end', binary('8e 0f7f7f7f7f7f7fff 61'), 'truncated-profile'],
  ['a length of 2^60', binary('8e 08000000000000000080'), 'corrupt-profile'],
  ['a length beyond what surrounds it', binary('b2 8561 2101'), 'corrupt-profile'],
  ['a symbol that is not there', binary('710a'), 'corrupt-profile'],
  ['a name that is not there', binary('d3 ff 2101'), 'corrupt-profile'],
  ['a type that is not there', binary('f0'), 'corrupt-profile'],
  ['a boolean of two', binary('12'), 'corrupt-profile'],
  ['a float of three bytes', binary('43 000000'), 'corrupt-profile'],
  ['an integer -0', binary('30'), 'corrupt-profile'],
  ['the 31st of February', binary('65 80 0fe4 82 9f'), 'corrupt-profile'],
  ['annotations around annotations', binary('e6 81 84 e3 81 84 20'), 'corrupt-profile'],
  ['an annotation around nothing', binary('e3 81 84 00'), 'corrupt-profile'],
  ['an annotation around half a value', binary('e4 81 84 8261'), 'truncated-profile'],
  ['another version', Uint8Array.of(0xe0, 1, 1, 0xea), 'corrupt-profile'],
  ['another version as text', '$ion_1_1 {a:1}', 'corrupt-profile'],
  ['a struct that does not end', '{a:1', 'truncated-profile'],
  ['a text that does not end', '"abc', 'truncated-profile'],
  ['a long text that does not end', "'''abc", 'truncated-profile'],
  ['a comment that does not end', '/* abc', 'truncated-profile'],
  ['bytes that do not end', '{{ abcd', 'truncated-profile'],
  ['bytes that are no base64', '{{ ab-c }}', 'corrupt-profile'],
  ['a clob of more than bytes', '{{"ā"}}', 'corrupt-profile'],
  ['the wrong bracket', '[1}', 'corrupt-profile'],
  ['a bracket too many', '1]', 'corrupt-profile'],
  ['a comma too many', '[1,,2]', 'corrupt-profile'],
  ['a comma too few', '[1 2]', 'corrupt-profile'],
  ['a name without a value', '{a:}', 'corrupt-profile'],
  ['a name too few', '{1}', 'corrupt-profile'],
  ['a leading zero', '007', 'corrupt-profile'],
  ['a number and a half', '1.2.3', 'corrupt-profile'],
  ['a number of a million digits', '1'.repeat(1_000_000), 'corrupt-profile'],
  ['the 30th of February', '2020-02-30', 'corrupt-profile'],
  ['a null of no type', 'null.thing', 'corrupt-profile'],
  ['an escape of nothing', '"\\q"', 'corrupt-profile'],
  ['an escape beyond Unicode', '"\\UFFFFFFFF"', 'corrupt-profile'],
  ['a line end within quotes', '"a\nb"', 'corrupt-profile'],
  ['an operator outside of an expression', '+', 'corrupt-profile'],
] as const)('%s is refused', (_, document, code) => {
  expect(problemOf(() => read(document))).toBe(code);
});

test('what goes beyond the bounds is refused while it is read', () => {
  const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(read(deep(100))).toHaveLength(1);
  expect(problemOf(() => read(deep(101)))).toBe('stack-too-deep');
  expect(problemOf(() => read(deep(5_000_000).slice(0, 5_000_000)))).toBe('stack-too-deep');
  // Each list but the innermost is one byte of a type and three of a length.
  const nested = ionBytes(JSON.parse(deep(101)));
  expect(problemOf(() => read(nested))).toBe('stack-too-deep');
  expect(read(nested, { depth: 101 })).toHaveLength(1);
  expect(problemOf(() => read(`[${'[],'.repeat(100)}]`, { values: 100 }))).toBe('too-many-nodes');
  expect(problemOf(() => read(binary('d0'.repeat(101)), { values: 100 }))).toBe('too-many-nodes');
  expect(problemOf(() => read(binary('d0'.repeat(101)), { containers: 100 }))).toBe(
    'too-many-nodes',
  );
  expect(problemOf(() => read('$ion_1_0 '.repeat(101), { values: 100 }))).toBe('too-many-nodes');
  const long = ionBytes({ ['x'.repeat(1001)]: 1 });
  expect(problemOf(() => read(long))).toBe('string-too-long');
  const symbols = ionBytes(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`n${i}`, i])));
  expect(problemOf(() => read(symbols, { values: 200 }))).toBe('too-many-nodes');
});

test('a document far deeper than the stack is read', () => {
  const deep = `${'{a:'.repeat(50_000)}${"('''x''' "}1)${'}'.repeat(50_000)}`;
  const [root] = read(deep, { depth: 100_000 });
  let node = root as Record<string, unknown> | unknown[];
  let depth = 0;
  while (!Array.isArray(node)) {
    node = node.a as Record<string, unknown>;
    depth++;
  }
  expect([depth, node]).toEqual([50_000, ['x', 1]]);
});

function expectValuesOrProblem(document: Uint8Array): void {
  try {
    read(document);
  } catch (error) {
    expect(error).toHaveProperty('name', 'Problem');
  }
}

test('any bytes, and documents cut off or damaged, give values or a problem', () => {
  const documents = fc.oneof(
    value.map((one) => dumpBinary(one)),
    value.map((one) => utf8.encode(dumpText(one))),
    fc.uint8Array({ maxLength: 200 }).map((noise) => Uint8Array.of(0xe0, 1, 0, 0xea, ...noise)),
    fc.stringMatching(/^[-+{}[\](),:'"\\/*0-9a-z$_. \n]{0,80}$/).map((noise) => utf8.encode(noise)),
  );
  fc.assert(
    fc.property(documents, fc.nat(), fc.nat(255), fc.boolean(), (document, at, byte, isCut) => {
      const place = at % (document.length + 1);
      if (isCut) expectValuesOrProblem(document.slice(0, place));
      const damaged = document.slice();
      damaged[place] = byte;
      expectValuesOrProblem(damaged);
    }),
    { numRuns: 1000 },
  );
});
