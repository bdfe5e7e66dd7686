import {
  type CallTree,
  callTreeOf,
  normaliseName,
  type Profile,
  runtimes,
  threadStates,
} from '@everflame/model';
import fc from 'fast-check';
import { Profile as TheirProfile } from 'pprof-format';
import { describe, expect, test } from 'vitest';
import { expected, inflate, sample } from '../../test/samples.ts';
import { decode } from '../decode.ts';
import type { Hints, Limits } from '../format.ts';
import { keepsTheFormatContract, problemOf } from '../format-contract.ts';
import { pprof } from './decode.ts';
import { encodePprof } from './encode.ts';
import { ProtoWriter } from './proto-writer.ts';

const names = [
  'go-cpu',
  'go-heap',
  'go-allocs',
  'go-mutex',
  'go-block',
  'go-goroutine',
  'go-threadcreate',
  'node-wall',
  'node-heap',
  'jfrconv-cpu',
].map((name) => `${name}.pprof.gz`);
const decoded = (bytes: Uint8Array, hints: Hints = {}, limits: Partial<Limits> = {}) =>
  decode(bytes, { inflate, hints, limits });
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);
const totalsOf = ({ measures, samples }: Profile) =>
  Object.fromEntries(measures.map(({ id }, column) => [id, sum(samples.values[column]!)]));

describe('pprof', () => {
  keepsTheFormatContract(
    pprof,
    ['go-cpu', 'go-heap', 'node-heap', 'jfrconv-cpu'].map((name) => ({
      name,
      bytes: sample(`${name}.pprof.gz`),
    })),
  );
});

const ourIds: Readonly<Record<string, string>> = {
  'samples/count': 'count',
  'sample/count': 'count',
  'cpu/nanoseconds': 'cpu',
  'wall/nanoseconds': 'wall',
  'cpu/count': 'samples',
  'alloc_objects/count': 'alloc_objects',
  'alloc_space/bytes': 'alloc_bytes',
  'inuse_objects/count': 'live_objects',
  'inuse_space/bytes': 'live_bytes',
  'contentions/count': 'lock_count',
  'delay/nanoseconds': 'lock_wait',
  'goroutine/count': 'goroutines',
  'threadcreate/count': 'custom:threadcreate',
};

describe.each(names)('%s', (name) => {
  const bytes = sample(name);
  const profile = decoded(bytes);

  test('has the totals it should have', () => {
    const { samples, totals } = expected(name);
    expect(profile.samples.length).toBe(samples);
    const ours = { ...totalsOf(profile), count: sum(profile.samples.count) };
    for (const [type, total] of Object.entries(totals)) {
      expect([type, ours[ourIds[type] as keyof typeof ours]]).toEqual([type, total]);
    }
  });

  test('has the stacks, labels aside, that pprof-format finds', () => {
    const theirs = theirStacks(TheirProfile.decode(bytes), profile);
    expect(theirs.length).toBe(profile.samples.length);
    for (const [row, stack] of theirs.entries()) expect(ourStack(profile, row)).toEqual(stack);
  });
});

/** Root first, `name:line`. */
function ourStack({ samples, stacks, frames }: Profile, row: number): string[] {
  const names: string[] = [];
  for (let at = samples.stack[row]!; at > 0; at = stacks.parent[at]!) {
    names.push(`${frames.name[stacks.frame[at]!]}:${stacks.line[at]}`);
  }
  return names.reverse();
}

function theirStacks(theirs: TheirProfile, { runtime }: Profile): string[][] {
  const { strings } = theirs.stringTable;
  const functions = new Map(theirs.function.map((f) => [BigInt(f.id), f]));
  const locations = new Map(theirs.location.map((l) => [BigInt(l.id), l]));
  return theirs.sample.map((one) =>
    one.locationId.toReversed().flatMap((id) => {
      const lines = locations.get(BigInt(id))?.line ?? [];
      if (lines.length === 0) return ['(unknown):0'];
      return lines.toReversed().map((line) => {
        const found = functions.get(BigInt(line.functionId));
        const name = normaliseName(runtime, strings[Number(found?.name ?? 0)]!) || '(unknown)';
        return `${name}:${line.line}`;
      });
    }),
  );
}

test('Go: labels, spans, runtime, packages and lines', () => {
  const profile = decoded(sample('go-cpu.pprof.gz'));
  expect(profile.runtime).toBe('go');
  expect(profile.labelSets).toContainEqual({ endpoint: 'GET /search' });
  expect(profile.links).toEqual([{}, { spanId: '0f1e2d3c4b5a6978' }]);
  expect(profile.frames.module).toContain('compress/flate');
  expect(profile.quality.lines).toBe('exact');
  expect([profile.startMs, profile.endMs]).toEqual([1795405314032, 1795405322339]);
});

test('Go: what was counted since the process began is cumulative, what is in use a snapshot', () => {
  const { measures } = decoded(sample('go-heap.pprof.gz'));
  expect(measures.map(({ id, temporality }) => `${id} ${temporality}`)).toEqual([
    'alloc_objects cumulative',
    'alloc_bytes cumulative',
    'live_objects snapshot',
    'live_bytes snapshot',
  ]);
});

test('Go: threads made are a level, as goroutines are, and stay one in our copy', () => {
  const profile = decoded(sample('go-threadcreate.pprof.gz'));
  const [measure] = profile.measures;
  expect(measure).toEqual({ id: 'custom:threadcreate', unit: 'count', temporality: 'snapshot' });
  const copy = encodePprof(callTreeOf(profile), { startMs: 0, endMs: 1 });
  expect(decoded(copy).measures).toEqual([measure]);
});

test.each<[Hints, string]>([
  [{}, 'lock_count lock_wait'],
  [{ sampleType: 'block' }, 'block_count block_wait'],
  [{ fileName: 'go-block.pb.gz' }, 'block_count block_wait'],
])('Go: only hints tell a block profile from a mutex profile: %j', (hints, ids) => {
  expect(
    decoded(sample('go-block.pprof.gz'), hints)
      .measures.map(({ id }) => id)
      .join(' '),
  ).toBe(ids);
});

test('Node.js: threads, spans and endpoints, lines of functions', () => {
  const profile = decoded(sample('node-wall.pprof.gz'));
  expect(profile.runtime).toBe('nodejs');
  expect(profile.threads).toEqual([{ name: '' }, { name: 'Main Event Loop', id: '0' }]);
  expect(profile.labelSets).toContainEqual({ 'trace endpoint': 'GET /transpile' });
  expect(profile.links).toContainEqual({
    spanId: BigInt(1000023).toString(16).padStart(16, '0'),
    localRootSpanId: BigInt(77779).toString(16).padStart(16, '0'),
    endpoint: 'GET /transpile',
  });
  expect(profile.frames.module).toContain('typescript');
  expect(profile.quality.lines).toBe('function');
});

test('async-profiler: ticks stay samples unless a rate is known', () => {
  const bytes = sample('jfrconv-cpu.pprof.gz');
  expect(totalsOf(decoded(bytes))).toEqual({ samples: 604 });
  const timed = decoded(bytes, { sampleRateHz: 100 });
  expect(totalsOf(timed)).toEqual({ cpu: 604 * 1e7 });
  expect(sum(timed.samples.count)).toBe(604);
  expect([timed.runtime, timed.agent?.name]).toEqual(['jvm', 'async-profiler']);
});

// From here on, profiles written field by field.

type Field = readonly [
  field: number,
  value: number | bigint | string | Uint8Array | readonly Field[],
];

/** A message of these fields, in this order. Numbers are varints, lists are sub-messages. */
function message(fields: readonly Field[]): Uint8Array {
  const out: number[] = [];
  const varint = (value: bigint) => {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
    out.push(Number(rest));
  };
  for (const [field, value] of fields) {
    if (typeof value === 'number' || typeof value === 'bigint') {
      varint(BigInt(field * 8));
      varint(BigInt(value));
      continue;
    }
    const bytes =
      typeof value === 'string'
        ? new TextEncoder().encode(value)
        : value instanceof Uint8Array
          ? value
          : message(value as readonly Field[]);
    varint(BigInt(field * 8 + 2));
    varint(BigInt(bytes.length));
    for (const byte of bytes) out.push(byte);
  }
  return Uint8Array.from(out);
}

const packed = (...values: number[]): Uint8Array => {
  const writer = new ProtoWriter();
  writer.packed(1, values);
  return writer.finish().subarray(2);
};

const texts = ['', 'cpu', 'nanoseconds', 'main', 'work', 'leaf', 'a.go', 'samples', 'count'];
const table = (...more: string[]): Field[] => [...texts, ...more].map((text) => [6, text]);
const cpuType: Field = [
  1,
  [
    [1, 1],
    [2, 2],
  ],
];
const functionsAndLocations: Field[] = [1, 2, 3].flatMap((id): Field[] => [
  [
    5,
    [
      [1, id],
      [2, id + 2],
      [4, 6],
    ],
  ],
  [
    4,
    [
      [1, id],
      [
        4,
        [
          [1, id],
          [2, id * 10],
        ],
      ],
    ],
  ],
]);
const plain = (...fields: Field[]) =>
  message([cpuType, ...fields, ...functionsAndLocations, ...table()]);
const stacksOf = (bytes: Uint8Array, hints: Hints = {}) => {
  const profile = decoded(bytes, hints);
  return Array.from({ length: profile.samples.length }, (_, row) =>
    ourStack(profile, row).join(' '),
  );
};

test.each<[string, Field[]]>([
  ['packed', [[1, packed(3, 2, 1)]]],
  [
    'one by one',
    [
      [1, 3],
      [1, 2],
      [1, 1],
    ],
  ],
  [
    'one by one, then packed',
    [
      [1, 3],
      [1, packed(2, 1)],
    ],
  ],
  [
    'packed, then one by one',
    [
      [1, packed(3, 2)],
      [1, 1],
    ],
  ],
  [
    'packed twice',
    [
      [1, packed(3)],
      [1, packed(2, 1)],
    ],
  ],
  ['with padded varints', [[1, Uint8Array.of(0x83, 0, 0x82, 0x80, 0, 1)]]],
])('location ids may come %s', (_, ids) => {
  expect(stacksOf(plain([2, [...ids, [2, 7]]]))).toEqual(['main:10 work:20 leaf:30']);
});

test('values may come packed or one by one, too many or too few', () => {
  const two = message([
    [
      1,
      [
        [1, 7],
        [2, 8],
      ],
    ],
    cpuType,
    [
      2,
      [
        [1, 1],
        [2, packed(1, 10)],
      ],
    ],
    [
      2,
      [
        [1, 1],
        [2, 2],
        [2, 20],
      ],
    ],
    [
      2,
      [
        [1, 1],
        [2, packed(3)],
      ],
    ],
    [
      2,
      [
        [1, 1],
        [2, packed(4, 40, 400)],
      ],
    ],
    ...functionsAndLocations,
    ...table(),
  ]);
  const profile = decoded(two);
  expect([...profile.samples.count]).toEqual([1, 2, 3, 4]);
  expect([...profile.samples.values[0]!]).toEqual([10, 20, 0, 40]);
  expect(profile.quality.warnings[0]).toMatch(/^2 samples do not have one value per sample type/);
});

test('inlined calls are frames of their own, outermost first', () => {
  const inlined: Field = [
    4,
    [
      [1, 9],
      [
        4,
        [
          [1, 3],
          [2, 5],
        ],
      ],
      [
        4,
        [
          [1, 2],
          [2, 6],
        ],
      ],
    ],
  ];
  const bytes = plain(
    [
      2,
      [
        [1, packed(9, 1)],
        [2, 1],
      ],
    ],
    [
      2,
      [
        [1, packed(9, 2, 1)],
        [2, 1],
      ],
    ],
    inlined,
  );
  expect(stacksOf(bytes)).toEqual(['main:10 work:6 leaf:5', 'main:10 work:20 work:6 leaf:5']);
});

test('ids are no indices: large, sparse and beyond 2^53', () => {
  const big = 2n ** 63n + 1n;
  const near = 2n ** 63n + 2n;
  const bytes = message([
    cpuType,
    [
      2,
      [
        [1, big],
        [1, 4_000_000_000],
        [2, 1],
      ],
    ],
    [
      2,
      [
        [1, near],
        [2, 1],
      ],
    ],
    [
      5,
      [
        [1, near],
        [2, 3],
      ],
    ],
    [
      5,
      [
        [1, big],
        [2, 4],
      ],
    ],
    [
      4,
      [
        [1, 4_000_000_000],
        [4, [[1, near]]],
      ],
    ],
    [
      4,
      [
        [1, big],
        [4, [[1, big]]],
      ],
    ],
    [
      4,
      [
        [1, near],
        [4, [[1, near]]],
      ],
    ],
    ...table(),
  ]);
  expect(stacksOf(bytes)).toEqual(['main:0 work:0', 'main:0']);
});

test('large ids are found where they are packed as well', () => {
  const ids = new Uint8Array([
    ...message([[1, 2n ** 62n]]).subarray(1),
    ...message([[1, 70_000]]).subarray(1),
  ]);
  const bytes = plain(
    [
      2,
      [
        [1, ids],
        [2, 1],
      ],
    ],
    [
      4,
      [
        [1, 2n ** 62n],
        [4, [[1, 1]]],
      ],
    ],
    [
      4,
      [
        [1, 70_000],
        [4, [[1, 2]]],
      ],
    ],
  );
  expect(stacksOf(bytes)).toEqual(['work:0 main:0']);
});

test('ids that name nothing show as unknown, with a warning', () => {
  const profile = decoded(
    plain(
      [
        2,
        [
          [1, packed(3, 99, 0)],
          [2, 1],
        ],
      ],
      [
        4,
        [
          [1, 3],
          [4, [[1, 77]]],
        ],
      ],
    ),
  );
  expect(ourStack(profile, 0)).toEqual(
    ['(unknown):0', '(unknown):0', '(unknown):0'].slice(0, 2).concat('(unknown):0'),
  );
  expect(profile.quality.warnings[0]).toMatch(/^2 locations that samples name do not exist/);
});

test('an old .NET agent that gives every function the id 0 is understood', () => {
  const bytes = message([
    [
      1,
      [
        [1, 9],
        [2, 8],
      ],
    ],
    [
      2,
      [
        [1, packed(2, 1)],
        [2, 5],
      ],
    ],
    [
      5,
      [
        [1, 0],
        [2, 3],
      ],
    ],
    [
      5,
      [
        [1, 0],
        [2, 4],
      ],
    ],
    [
      4,
      [
        [1, 1],
        [4, [[1, 0]]],
      ],
    ],
    [
      4,
      [
        [1, 2],
        [4, [[1, 0]]],
      ],
    ],
    ...table('alloc-samples'),
  ]);
  expect(stacksOf(bytes)).toEqual(['main:0 work:0']);
  expect(totalsOf(decoded(bytes))).toEqual({ alloc_objects: 5 });
});

test('invalid UTF-8 is replaced', () => {
  const bytes = message([
    cpuType,
    [
      2,
      [
        [1, 1],
        [2, 1],
      ],
    ],
    [
      5,
      [
        [1, 1],
        [2, 9],
      ],
    ],
    [
      4,
      [
        [1, 1],
        [4, [[1, 1]]],
      ],
    ],
    ...table(),
    [6, Uint8Array.of(0x66, 0xff, 0x67)],
  ]);
  expect(stacksOf(bytes)).toEqual(['f\ufffdg:0']);
});

test('code without symbols is named by its place in the binary', () => {
  const bytes = message([
    cpuType,
    [
      2,
      [
        [1, packed(5, 6, 7)],
        [2, 1],
      ],
    ],
    [
      3,
      [
        [1, 1],
        [2, 0x7f0000000000],
        [4, 0x1000],
        [5, 9],
      ],
    ],
    [
      4,
      [
        [1, 5],
        [2, 1],
        [3, 0x7f0000000234],
      ],
    ],
    [
      4,
      [
        [1, 6],
        [3, 0x1234],
      ],
    ],
    [4, [[1, 7]]],
    ...table('/usr/lib/libc.so.6'),
  ]);
  const profile = decoded(bytes);
  expect(ourStack(profile, 0)).toEqual(['(unknown):0', '(unknown):0', 'libc.so.6+0x1234:0']);
  expect(profile.frames.module).toContain('libc.so.6');
});

test.each<[string, number | bigint, Hints, number | undefined]>([
  ['nanoseconds', 1_700_000_000_123_000_000n, {}, 1_700_000_000_123],
  ['microseconds', 1_700_000_000_123_000n, {}, 1_700_000_000_123],
  ['milliseconds', 1_700_000_000_123n, {}, 1_700_000_000_123],
  ['seconds', 1_700_000_000n, {}, 1_700_000_000_000],
  ['seconds beside a hint', 1_700_000_000n, { startMs: 5 }, 5],
  ['nothing', 0, {}, undefined],
  ['nothing beside a hint', 0, { startMs: 5 }, 5],
])('a clock in %s gives the start', (_, time, hints, startMs) => {
  const profile = decoded(plain([9, time], [10, 2_000_000_000]), hints);
  expect([profile.startMs, profile.endMs]).toEqual([
    startMs,
    startMs === undefined ? undefined : startMs + 2000,
  ]);
});

test('a column hidden in the high half of a line is not the line', () => {
  const bytes = plain(
    [
      2,
      [
        [1, 9],
        [2, 1],
      ],
    ],
    [
      4,
      [
        [1, 9],
        [
          4,
          [
            [1, 1],
            [2, (7n << 32n) | 12n],
          ],
        ],
      ],
    ],
  );
  expect(stacksOf(bytes)).toEqual(['main:12']);
});

test('span ids keep all 64 bits', () => {
  const label = (key: number, id: bigint): Field => [
    3,
    [
      [1, key],
      [3, id],
    ],
  ];
  const keys = ['span id', 'local root span id'];
  const first = [label(9, 2n ** 63n - 1n), label(10, 2n ** 60n + 1n)];
  const bytes = message([
    cpuType,
    [2, [[1, 1], [2, 1], ...first]],
    [2, [[1, 1], [2, 1], label(9, 2n ** 63n - 2n)]],
    [2, [[1, 1], [2, 1], ...first]],
    ...functionsAndLocations,
    ...table(...keys),
  ]);
  const { links, samples } = decoded(bytes);
  expect(links).toEqual([
    {},
    { spanId: '7fffffffffffffff', localRootSpanId: '1000000000000001' },
    { spanId: '7ffffffffffffffe' },
  ]);
  expect([...samples.link]).toEqual([1, 2, 1]);
});

test('labels: the order of writing does not count, numbers are no dimension', () => {
  const bytes = message([
    cpuType,
    [
      2,
      [
        [2, 1],
        [
          3,
          [
            [1, 9],
            [2, 3],
          ],
        ],
        [
          3,
          [
            [1, 10],
            [2, 4],
          ],
        ],
      ],
    ],
    [
      2,
      [
        [2, 1],
        [
          3,
          [
            [1, 10],
            [2, 4],
          ],
        ],
        [
          3,
          [
            [1, 11],
            [3, 512],
          ],
        ],
        [
          3,
          [
            [1, 9],
            [2, 3],
          ],
        ],
      ],
    ],
    ...functionsAndLocations,
    ...table('region', '__proto__', 'bytes'),
  ]);
  const { labelSets, samples } = decoded(bytes);
  expect(labelSets.map((set) => Object.entries(set))).toEqual([
    [],
    [
      ['__proto__', 'work'],
      ['region', 'main'],
    ],
  ]);
  expect([...samples.labelSet]).toEqual([1, 1]);
});

test.each([
  ['^?leaf', undefined, ['main:10 work:20', 'main:10', 'leaf:30']],
  ['work|x.*', undefined, ['main:10', 'main:10', 'leaf:30']],
  ['.*ork', 'work', ['main:10 work:20 leaf:30', 'main:10 work:20', 'leaf:30']],
  ['(w+)+', undefined, ['main:10 work:20 leaf:30', 'main:10 work:20', 'leaf:30']],
])('drop_frames %s with keep_frames %s', (drop, keep, stacks) => {
  const bytes = message([
    cpuType,
    [7, 9],
    ...(keep === undefined ? [] : [[8, 10] as Field]),
    [
      2,
      [
        [1, packed(3, 2, 1)],
        [2, 1],
      ],
    ],
    [
      2,
      [
        [1, packed(2, 1)],
        [2, 1],
      ],
    ],
    [
      2,
      [
        [1, 3],
        [2, 1],
      ],
    ],
    ...functionsAndLocations,
    ...table(drop.replace('^?', ''), keep ?? ''),
  ]);
  const expectedStacks = drop.startsWith('^?')
    ? ['main:10 work:20', 'main:10 work:20', 'leaf:30']
    : stacks;
  expect(stacksOf(bytes)).toEqual(expectedStacks);
});

test('Node.js: an idle leaf is an idle thread on a wall clock, and only there', () => {
  const node = (type: string) =>
    decoded(
      message([
        [
          1,
          [
            [1, 9],
            [2, 2],
          ],
        ],
        [
          2,
          [
            [1, packed(4, 1)],
            [2, 5],
          ],
        ],
        [
          5,
          [
            [1, 1],
            [2, 3],
            [4, 11],
          ],
        ],
        [
          5,
          [
            [1, 4],
            [2, 10],
            [4, 11],
          ],
        ],
        [
          4,
          [
            [1, 1],
            [4, [[1, 1]]],
          ],
        ],
        [
          4,
          [
            [1, 4],
            [4, [[1, 4]]],
          ],
        ],
        ...table(type, '(idle)', '/app/x.js'),
      ]),
    );
  expect(callTreeOf(node('wall')).columns.map(({ state }) => state)).toEqual(['IDLE']);
  expect(callTreeOf(node('cpu')).columns.map(({ state }) => state)).toEqual(['UNKNOWN']);
});

test('where both clocks ran, what used the CPU was runnable and what hardly did was waiting', () => {
  const row = (location: number, wall: number, cpu: number): Field => [
    2,
    [
      [1, packed(location)],
      [2, packed(wall, cpu)],
    ],
  ];
  const wallType: Field = [
    1,
    [
      [1, 9],
      [2, 2],
    ],
  ];
  const profile = decoded(
    message([
      wallType,
      cpuType,
      row(1, 100, 97),
      row(2, 100, 4),
      row(3, 0, 12),
      ...functionsAndLocations,
      ...table('wall'),
    ]),
  );
  const states = Array.from(profile.samples.state, (state) => threadStates[state]);
  expect(states).toEqual(['RUNNABLE', 'WAITING', 'UNKNOWN']);
});

test('samples alone become time by the period', () => {
  const ticks = (period: Field[]) =>
    totalsOf(
      decoded(
        message([
          [
            1,
            [
              [1, 7],
              [2, 8],
            ],
          ],
          [
            2,
            [
              [1, 1],
              [2, 3],
            ],
          ],
          ...period,
          ...functionsAndLocations,
          ...table(),
        ]),
      ),
    );
  expect(ticks([])).toEqual({ samples: 3 });
  expect(
    ticks([
      [
        11,
        [
          [1, 1],
          [2, 2],
        ],
      ],
      [12, 10_000_000],
    ]),
  ).toEqual({ cpu: 30_000_000 });
});

test.each<[string, Uint8Array, string]>([
  [
    'a negative value',
    plain([
      2,
      [
        [1, 1],
        [2, -5n],
      ],
    ]),
    'invalid-value',
  ],
  [
    'no sample type',
    message([
      [
        2,
        [
          [1, 1],
          [2, 1],
        ],
      ],
      ...table(),
    ]),
    'corrupt-profile',
  ],
  [
    'a length that is huge',
    new Uint8Array([...plain(), 0x12, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    'truncated-profile',
  ],
  [
    'a varint that never ends',
    new Uint8Array([...plain(), 0x48, ...new Array(12).fill(0xff)]),
    'corrupt-profile',
  ],
  ['an inner length beyond its message', plain([2, Uint8Array.of(0x0a, 9, 1)]), 'corrupt-profile'],
  [
    'ids cut off',
    plain([
      2,
      [
        [1, Uint8Array.of(1, 0x80)],
        [2, 1],
      ],
    ]),
    'corrupt-profile',
  ],
  ['a group', new Uint8Array([...plain(), 0x0b]), 'corrupt-profile'],
  [
    'a stack of 100,000',
    plain([
      2,
      [
        [1, new Uint8Array(100_000).fill(1)],
        [2, 1],
      ],
    ]),
    'stack-too-deep',
  ],
])('%s is refused', (_, bytes, code) => {
  expect(problemOf(() => pprof.decode(bytes, { limits: fullLimits, hints: {} }))).toBe(code);
});

const fullLimits: Limits = {
  inflatedBytes: 1e9,
  nodes: 1e6,
  depth: 16_384,
  stringLength: 65_536,
  samples: 1e6,
};

// Two bytes each: what would become the most memory for the least input.
const flood = (bytes: readonly number[], times: number) =>
  Uint8Array.from({ length: bytes.length * times }, (_, at) => bytes[at % bytes.length]!);

test.each<[string, Uint8Array, string]>([
  ['samples', flood([0x12, 0], 3_000_000), 'too-many-samples'],
  ['locations', flood([0x22, 0], 3_000_000), 'too-many-nodes'],
  ['functions', flood([0x2a, 0], 3_000_000), 'too-many-nodes'],
  ['strings', flood([0x32, 0], 6_000_000), 'too-many-nodes'],
  ['sample types', flood([0x0a, 0], 3_000_000), 'corrupt-profile'],
  ['comments', flood([0x68, 0], 3_000_000), 'corrupt-profile'],
  ['packed comments', plain([13, new Uint8Array(3_000_000)]), 'corrupt-profile'],
  ['lines', plain([4, flood([0x22, 0], 3_000_000)]), 'stack-too-deep'],
  ['ids', plain([2, flood([0x08, 1], 3_000_000)]), 'stack-too-deep'],
])('a flood of %s is refused early', (_, bytes, code) => {
  const before = process.memoryUsage().heapUsed;
  expect(problemOf(() => pprof.decode(bytes, { limits: fullLimits, hints: {} }))).toBe(code);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
});

test('a flood of labels is refused', () => {
  const labels = Array.from(
    { length: 400 },
    (_, i): Field => [
      3,
      [
        [1, 9],
        [3, i + 1],
      ],
    ],
  );
  const bytes = message([
    cpuType,
    [2, [[2, 1], ...labels]],
    ...functionsAndLocations,
    ...table('span id'),
  ]);
  expect(problemOf(() => decoded(bytes, {}, { samples: 2 }))).toBe('too-many-samples');
});

test('twenty thousand label sets of one long text cost its memory once', () => {
  const count = 20_000;
  const samples = Array.from(
    { length: count },
    (_, i): Field => [
      2,
      [
        [2, 1],
        [
          3,
          [
            [1, 10 + i],
            [2, 9],
          ],
        ],
      ],
    ],
  );
  const keys = Array.from({ length: count }, (_, i) => `key${i}`);
  const bytes = message([
    cpuType,
    ...samples,
    ...functionsAndLocations,
    ...table('x'.repeat(65_000), ...keys),
  ]);
  const before = process.memoryUsage().heapUsed;
  const { labelSets } = decoded(bytes);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 1024 * 1024);
  expect(labelSets).toHaveLength(count + 1);
  expect(Object.keys(labelSets[count]!)).toEqual([`key${count - 1}`]);
});

test('equal labels from different rows of the string table are one set', () => {
  const labelled = (key: number, text: number): Field => [
    2,
    [
      [2, 1],
      [
        3,
        [
          [1, key],
          [2, text],
        ],
      ],
    ],
  ];
  const bytes = message([
    cpuType,
    labelled(9, 10),
    labelled(11, 12),
    ...functionsAndLocations,
    ...table('tenant', 'a', 'tenant', 'a'),
  ]);
  const { labelSets, samples } = decoded(bytes);
  expect(labelSets).toEqual([{}, { tenant: 'a' }]);
  expect([...samples.labelSet]).toEqual([1, 1]);
});

test('whoever claims that a file is ours must keep to our rules all the same', () => {
  const bytes = message([
    cpuType,
    [
      2,
      [
        [1, 4],
        [2, 1],
      ],
    ],
    [13, 9],
    [13, 10],
    [13, 11],
    [13, 12],
    [
      4,
      [
        [1, 4],
        [4, [[1, 4]]],
      ],
    ],
    [5, [[1, 4]]],
    ...functionsAndLocations,
    ...table(
      'everflame:1',
      'everflame:temporality:cpu=always',
      'everflame:label:__proto__=x',
      'everflame:label:no value',
    ),
  ]);
  const profile = decoded(bytes);
  expect(profile.measures[0]!.temporality).toBe('delta');
  expect(Object.entries(profile.labels)).toEqual([['__proto__', 'x']]);
  expect(Object.getPrototypeOf(profile.labels)).toBe(Object.prototype);
  expect(ourStack(profile, 0)).toEqual(['(unknown):0']);
});

test('units and types may be called like what every object has', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    const type: Field = [
      1,
      [
        [1, 9],
        [2, 9],
      ],
    ];
    const period: Field = [
      11,
      [
        [1, 9],
        [2, 9],
      ],
    ];
    const one: Field = [
      2,
      [
        [2, 7],
        [
          3,
          [
            [1, 9],
            [2, 9],
          ],
        ],
      ],
    ];
    const bytes = message([type, period, one, ...functionsAndLocations, ...table(name)]);
    const { measures, labelSets } = decoded(bytes);
    expect(measures).toEqual([{ id: `custom:${name}`, unit: 'count', temporality: 'delta' }]);
    expect(Object.entries(labelSets[1]!)).toEqual([[name, name]]);
  }
});

test('drop_frames of a thousand alternatives is ignored where there are many names', () => {
  const names = Array.from({ length: 4000 }, (_, i) => `${'z'.repeat(500)}${i}`);
  const functions = names.flatMap((_, i): Field[] => [
    [
      5,
      [
        [1, i + 10],
        [2, i + 10],
      ],
    ],
    [
      4,
      [
        [1, i + 10],
        [4, [[1, i + 10]]],
      ],
    ],
  ]);
  const bytes = message([
    cpuType,
    [7, 9],
    ...functionsAndLocations,
    ...functions,
    ...table('.*a|'.repeat(1023).slice(0, -1), ...names),
  ]);
  expect(decoded(bytes).quality.warnings).toEqual([
    'drop_frames was ignored: its pattern is not one that is surely cheap to match.',
  ]);
});

test('a hundred thousand children of one frame are told apart', () => {
  const wide = new ProtoWriter();
  for (let id = 1; id <= 100_000; id++) {
    const location = new ProtoWriter();
    location.integer(1, id);
    const line = new ProtoWriter();
    line.integer(1, 1);
    line.integer(2, id);
    location.message(4, line);
    wide.message(4, location);
    const one = new ProtoWriter();
    one.packed(1, [id, 1]);
    one.packed(2, [1]);
    wide.message(2, one);
  }
  const bytes = new Uint8Array([
    ...message([cpuType]),
    ...wide.finish(),
    ...message([
      [
        5,
        [
          [1, 1],
          [2, 3],
        ],
      ],
      ...table(),
    ]),
  ]);
  const profile = decoded(bytes);
  expect(profile.stacks.length).toBe(100_002);
  expect(ourStack(profile, 99_999)).toEqual(['main:1', 'main:100000']);
});

test('many lines in one location cost what they cost once', () => {
  const lines: Field[] = Array.from({ length: 16_000 }, (_, i) => [
    4,
    [
      [1, 1],
      [2, i + 1],
    ],
  ]);
  const samples: Field[] = Array.from({ length: 20_000 }, (_, i) => [
    2,
    [
      [1, packed(8 + (i % 2))],
      [2, 1],
    ],
  ]);
  const bytes = plain([4, [[1, 8], ...lines]], [4, [[1, 9], ...lines]], ...samples);
  expect(decoded(bytes).stacks.length).toBe(16_001);
});

/**
 * The slow twin of the whole decoder's way with stacks: pprof-format, which knows nothing of shared
 * bytes, tables or inlining caches. Few ids of mixed sizes, so that neighbours share prefixes of bytes
 * that are no prefixes of ids.
 */
test('any profile has the stacks that pprof-format finds', () => {
  const ids = [1, 2, 3, 129, 130, 257, 385, 16_385, 16_513, 2_097_153];
  const stack = fc.array(fc.nat(ids.length - 1), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(stack, fc.boolean()), { maxLength: 24 }), (stacks) => {
      const bytes = message([
        cpuType,
        ...stacks.map(([rows, isPacked]): Field => {
          const chosen = rows.map((row) => ids[row]!);
          const fields: Field[] = isPacked ? [[1, packed(...chosen)]] : chosen.map((id) => [1, id]);
          return [2, [...fields, [2, 1]]];
        }),
        ...ids.map((id, row): Field => [4, [[1, id], ...linesFor(row)]]),
        ...[1, 2, 3].map(
          (id): Field => [
            5,
            [
              [1, id],
              [2, id + 2],
              [4, 6],
            ],
          ],
        ),
        ...table(),
      ]);
      const profile = decoded(bytes);
      const theirs = theirStacks(TheirProfile.decode(bytes), profile);
      expect(theirs.map((_, row) => ourStack(profile, row))).toEqual(theirs);
    }),
    { numRuns: 500 },
  );
});

/** Up to six lines, so that locations of many lines occur; some begin alike. */
const linesFor = (row: number): Field[] =>
  Array.from(
    { length: row % 7 || 1 },
    (_, i): Field => [
      4,
      [
        [1, (i % 3) + 1],
        [2, row % 2 ? i + 1 : i + 5],
      ],
    ],
  );

test('rows of a tree built from a profile keep the runtime of their file', () => {
  const tree: CallTree = callTreeOf(decoded(sample('node-heap.pprof.gz')));
  expect(new Set([...tree.frames.runtime.subarray(1)].map((row) => runtimes[row]))).toEqual(
    new Set(['nodejs']),
  );
});
