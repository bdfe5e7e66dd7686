import { type Profile, threadStates } from '@everflame/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jfrChunk, typeIds, type Writer, type WrittenChunk } from '../../test/jfr-writer.ts';
import { expected, inflate, sample } from '../../test/samples.ts';
import {
  event,
  frames,
  jdkPools,
  jdkTypes,
  recording,
  thread,
} from '../../test/written-recording.ts';
import { decode } from '../decode.ts';
import type { Hints, Limits } from '../format.ts';
import { keepsTheFormatContract, problemOf } from '../format-contract.ts';
import { jfr } from './decode.ts';

const decoded = (bytes: Uint8Array, hints: Hints = {}, limits: Partial<Limits> = {}) =>
  decode(bytes, { inflate, hints, limits });
const written = (chunk: WrittenChunk, hints: Hints = {}) => decoded(jfrChunk(chunk), hints);
const sum = (values: Float64Array) => values.reduce((a, b) => a + b, 0);

function totalsOf({ measures, samples }: Profile): Record<string, number> {
  return Object.fromEntries(measures.map(({ id }, at) => [id, sum(samples.values[at]!)]));
}

/** Root first, `name:line`. */
function stackOf({ samples, stacks, frames }: Profile, row: number): string {
  const names: string[] = [];
  for (let at = samples.stack[row]!; at > 0; at = stacks.parent[at]!) {
    names.push(`${frames.name[stacks.frame[at]!]}:${stacks.line[at]}`);
  }
  return names.reverse().join(' ');
}

/** Rows that have a value of this measure: stack, thread, state, observations, value. */
function rowsOf(profile: Profile, measure: string) {
  const { samples, measures, threads } = profile;
  const column = samples.values[measures.findIndex(({ id }) => id === measure)];
  return Array.from({ length: samples.length }, (_, row) => ({
    stack: stackOf(profile, row),
    thread: threads[samples.thread[row]!]!.name,
    state: threadStates[samples.state[row]!],
    count: samples.count[row],
    value: column?.[row] ?? 0,
  })).filter(({ value }) => value > 0);
}

/** Method 6: ObjectMonitor::enter of libjvm. */
const monitorEnter: WrittenChunk['checkpoints'][number] = {
  'jdk.types.Symbol': [[20, (writer) => writer.utf8('ObjectMonitor::enter')]],
  'jdk.types.Method': [
    [
      6,
      (writer) => {
        for (const key of [2, 20, 6]) writer.long(key);
      },
    ],
  ],
};

const executionSample = event('jdk.ExecutionSample', 5000, 1, 1, 1);

describe('jfr', () => {
  keepsTheFormatContract(
    jfr,
    ['jdk17-g1', 'asyncprof'].map((name) => ({ name, bytes: sample(`${name}.jfr.gz`) })),
  );
});

describe('what the JDK recorded', () => {
  const profile = decoded(sample('jdk17-g1.jfr.gz'));
  const { samples, totals: theirs } = expected('jdk17-g1.jfr.gz');

  test('has the totals that jfr counts', () => {
    const gcNs = theirs['jdk.GCCPUTime']!;
    expect(totalsOf(profile)).toMatchObject({
      cpu: samples * 10e6 + gcNs,
      exceptions: theirs['jdk.JavaExceptionThrow'],
      alloc_bytes: theirs['jdk.ObjectAllocationSample weight'],
      lock_count: theirs.lock_count,
    });
    expect(totalsOf(profile).lock_wait).toBeCloseTo(theirs.lock_wait!, -2);
  });

  test('has its own clock, and says by what it was made', () => {
    expect([profile.startMs, profile.endMs]).toEqual([1795574602233, 1795574603910]);
    expect(profile.agent).toEqual({ name: 'jfr', version: '17.0.15+6-Debian-1deb12u1' });
    expect(profile.labels['process.runtime.name']).toBe('OpenJDK 64-Bit Server VM');
    expect(profile.runtime).toBe('jvm');
    expect(profile.quality).toEqual({ lines: 'exact', warnings: [] });
  });

  test('knows threads, lines, packages, and one name for each hidden class', () => {
    expect(profile.threads.map(({ name }) => name)).toContain('worker-2');
    const hot = rowsOf(profile, 'cpu').find(({ thread }) => thread === 'worker-0');
    expect(hot?.stack).toMatch(
      /^java\.lang\.Thread\.run:\d+ Small\$\$Lambda\.run:0 Small\.lambda\$main\$0:\d+ Small\.work:\d+ Small\.burn:\d+ /,
    );
    expect(profile.frames.module).toContain('java.lang');
  });

  test('tells of collections, the heap, threads and collectors', () => {
    const kinds = new Set(profile.facts.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual(['config', 'gc', 'heap', 'threads']);
    expect(profile.facts).toContainEqual({
      kind: 'gc',
      t: profile.endMs,
      seconds: 0.095694496,
      count: 1,
      name: 'G1New',
    });
    expect(profile.facts).toContainEqual({ kind: 'config', key: 'jvm.gc.old', value: 'G1Old' });
  });

  test('holds no message of an exception', () => {
    expect(JSON.stringify(profile)).not.toContain('secret');
  });
});

describe('what async-profiler recorded', () => {
  const profile = decoded(sample('asyncprof.jfr.gz'));
  const { samples, totals: theirs } = expected('asyncprof.jfr.gz');

  test('has the totals that jfr counts', () => {
    expect(totalsOf(profile)).toMatchObject({
      cpu: samples * 10e6,
      wall: theirs['profiler.WallClockSample samples']! * 50e6,
      alloc_bytes: theirs.tlabSize,
      lock_count: theirs.lock_count,
      lock_wait: theirs.lock_wait,
    });
    const observations = rowsOf(profile, 'wall').reduce((all, { count }) => all + count!, 0);
    expect(observations).toBe(theirs['profiler.WallClockSample samples']);
  });

  test('says so, and has the processors and the CPU time of the process', () => {
    expect(profile.agent).toEqual({ name: 'async-profiler', version: '4.1' });
    const cpu = profile.facts.find(({ kind }) => kind === 'cpu');
    expect(cpu).toMatchObject({ vcpus: 2 });
    expect(cpu).toHaveProperty('seconds', expect.closeTo(0.79, 2));
  });

  test('has frames that are no Java, in the library they are of', () => {
    const { frames } = profile;
    const row = frames.name.indexOf('start_thread');
    expect([frames.module[row], frames.runtime[row]]).toEqual(['libc.so.6', 9]);
  });

  test('tells threads that wait for work from those that wait for something', () => {
    const states = (stack: RegExp) =>
      new Set(
        rowsOf(profile, 'wall')
          .filter((row) => stack.test(row.stack))
          .map(({ state }) => state),
      );
    expect(states(/GangWorker::loop/)).toEqual(new Set(['IDLE']));
    expect(states(/ReferenceQueue\.remove/)).toEqual(new Set(['IDLE']));
    expect(states(/Small\.fib:\d+$/)).toContain('RUNNABLE');
    expect(states(/Thread\.sleep/)).toContain('TIMED_WAITING');
  });
});

describe('weights', () => {
  const setting = (of: string, name: string, value: string) => {
    return [
      'jdk.ActiveSetting',
      (writer: Writer) => {
        writer.long(typeIds(jdkTypes).get(of)!);
        writer.utf8(name);
        writer.utf8(value);
      },
    ] as const;
  };

  test.each([
    ['20 ms', 20e6],
    ['250 us', 250e3],
    ['5000000', 5e6],
    ['everyChunk', 10e6],
    ['0 ms', 10e6],
  ])('a sample stands for the recorder’s period, here %s', (period, ns) => {
    const of = setting('jdk.ExecutionSample', 'period', period);
    // Settings may come after what they are of.
    expect(totalsOf(written(recording([executionSample, of]))).cpu).toBe(ns);
  });

  test('a rate that came beside the file counts where the recorder says none', () => {
    const profile = written(recording([executionSample]), { sampleRateHz: 50 });
    expect(totalsOf(profile).cpu).toBe(20e6);
  });

  test.each([
    ['itimer', { cpu: 10e6 }],
    ['wall', { wall: 10e6 }],
    ['cache-misses', { samples: 1 }],
    ['', { cpu: 10e6 }],
  ])('samples by the event %j are of its clock', (clock, totals) => {
    const of = setting('jdk.ExecutionSample', 'event', clock);
    expect(totalsOf(written(recording([executionSample, of])))).toEqual(totals);
  });

  test('samples of the CPU clock are taken for those of the older sampler', () => {
    const profile = written(
      recording([
        executionSample,
        event('jdk.CPUTimeSample', 0, 1, 1, 0, 7e6),
        event('jdk.CPUTimeSample', 0, 0, 1, 1, 7e6),
      ]),
    );
    expect(totalsOf(profile)).toEqual({ cpu: 7e6 });
  });

  test('an allocation stands for its buffer, and none is counted twice', () => {
    const profile = written(
      recording([
        event('jdk.ObjectAllocationInNewTLAB', 0, 1, 1, 32, 65536),
        event('jdk.ObjectAllocationSample', 0, 1, 1, 70000),
      ]),
    );
    expect(totalsOf(profile)).toEqual({ alloc_bytes: 65536, alloc_objects: 2048 });
    const alone = written(recording([event('jdk.ObjectAllocationSample', 0, 1, 1, 70000)]));
    expect(totalsOf(alone)).toEqual({ alloc_bytes: 70000 });
  });

  test('live objects stand for what the recorder passed over, and those of the last chunk count', () => {
    const chunk = recording([
      event('profiler.LiveObject', 0, 1, 1, 64),
      event('profiler.LiveObject', 0, 1, 2, 8192),
      event('profiler.Malloc', 0, 1, 1, 500),
      setting('jdk.ObjectAllocationInNewTLAB', 'alloc', '4096'),
    ]);
    const bytes = jfrChunk(chunk);
    const profile = decoded(Uint8Array.from([...bytes, ...bytes]));
    expect(totalsOf(profile)).toEqual({
      live_bytes: 4096 + 8192,
      live_objects: 64 + 1,
      native_alloc_bytes: 1000,
    });
    const temporality = profile.measures.map(({ id, temporality }) => `${id} ${temporality}`);
    expect(temporality).toContain('live_bytes snapshot');
  });

  test('samples of a wall clock stand for many, and waiting is not counted besides', () => {
    const profile = written(
      recording(
        [
          event('profiler.WallClockSample', 0, 1, 1, 2, 5),
          event('profiler.WallClockSample', 0, 1, 4, 2, 2),
          event('profiler.WallClockSample', 0, 1, 5, 2, 1),
          event('jdk.JavaMonitorEnter', 0, 70, 1, 1),
          event('jdk.ThreadSleep', 0, 70, 1, 1),
          executionSample,
          setting('jdk.ExecutionSample', 'wall', '20000000'),
        ],
        {
          checkpoints: [
            {
              ...jdkPools,
              'jdk.types.StackTrace': [
                [1, frames([1, 12], [2, 3])],
                [4, frames([3, 0], [6, 0], [1, 12])],
                [5, frames([3, 0])],
              ],
            },
            monitorEnter,
          ],
        },
      ),
    );
    expect(totalsOf(profile)).toEqual({ wall: 160e6, cpu: 10e6, lock_count: 1, lock_wait: 70 });
    const states = rowsOf(profile, 'wall').map(({ state, count, value }) => [state, count, value]);
    expect(states).toEqual([
      ['WAITING', 5, 100e6],
      // Inside the JVM's own code for taking a monitor.
      ['BLOCKED', 2, 40e6],
      // No Java waits for a thread of the JVM's own.
      ['IDLE', 1, 20e6],
    ]);
  });

  test('an error is one exception, whichever events tell of it', () => {
    const error = event('jdk.JavaErrorThrow', 0, 1, 1);
    const exception = event('jdk.JavaExceptionThrow', 0, 1, 1);
    expect(totalsOf(written(recording([error])))).toEqual({ exceptions: 1 });
    expect(totalsOf(written(recording([error, exception])))).toEqual({ exceptions: 1 });
  });

  test('ticks are no nanoseconds', () => {
    const enter = event('jdk.JavaMonitorEnter', 5000, 2800, 1, 1);
    const profile = written(recording([enter], { ticksPerSecond: 2_800_000_000n }));
    expect(rowsOf(profile, 'lock_wait')).toEqual([
      {
        stack: 'shop.Shop.main:3 shop.Shop.sell:12',
        thread: 'worker-1',
        state: 'BLOCKED',
        count: 1,
        value: 1000,
      },
    ]);
  });

  test('parking at a lock is contention, at anything else waiting, or idleness', () => {
    const park = (stack: number, type: number, timeout = -(2n ** 63n)) =>
      event('jdk.ThreadPark', 5000, 100, 1, stack, type, timeout, -(2n ** 63n));
    const profile = written(
      recording([
        park(1, 5),
        park(1, 1),
        park(1, 1, 5n),
        park(3, 1),
        event('jdk.ThreadSleep', 5000, 100, 1, 1),
      ]),
    );
    expect(totalsOf(profile)).toEqual({ lock_count: 1, lock_wait: 100, wall: 500 });
    const states = rowsOf(profile, 'wall').map(({ state, value }) => [state, value]);
    expect(states).toEqual([
      ['BLOCKED', 100],
      ['WAITING', 100],
      ['TIMED_WAITING', 100],
      ['IDLE', 100],
      ['TIMED_WAITING', 100],
    ]);
  });

  test('a thread in native code is no CPU, and idle where it polls', () => {
    const profile = written(
      recording([
        event('jdk.NativeMethodSample', 0, 1, 1, 1),
        event('jdk.SocketRead', 0, 300, 1, 1, 0),
        executionSample,
      ]),
    );
    expect(totalsOf(profile)).toEqual({ wall: 20e6 + 300, cpu: 10e6 });
    expect(rowsOf(profile, 'wall').map(({ state }) => state)).toEqual([
      'NATIVE',
      'WAITING',
      'RUNNABLE',
    ]);
  });

  test('the CPU of collections is a stack of its own', () => {
    const profile = written(
      recording(
        [event('jdk.GCCPUTime', 4, 3e6, 1e6), event('jdk.GarbageCollection', 5000, 4, 1, 1, 700)],
        {
          checkpoints: [
            {
              ...jdkPools,
              'jdk.types.GCCause': [[1, (writer) => writer.utf8('Allocation Failure')]],
              'jdk.types.GCName': [[1, (writer) => writer.utf8('G1New')]],
            },
          ],
        },
      ),
    );
    expect(rowsOf(profile, 'cpu')).toEqual([
      {
        stack: '(garbage collection):0 Allocation Failure:0',
        thread: 'GC',
        state: 'RUNNABLE',
        count: 1,
        value: 4e6,
      },
    ]);
    expect(profile.facts).toContainEqual(
      expect.objectContaining({ kind: 'gc', seconds: 700e-9, count: 1, name: 'G1New' }),
    );
  });

  test('loads are shares of the machine, counters of exceptions go on', () => {
    const load = event('jdk.CPULoad', 0.25, 0.125);
    const events = [
      load,
      event('jdk.CPUInformation', 0, 4),
      event('jdk.ExceptionStatistics', 100),
      event('jdk.GCHeapSummary', 5000, 0, 64, 128, 10),
      event('jdk.GCHeapSummary', 5001, 0, 64, 128, 30),
    ];
    const second = recording([load, event('jdk.ExceptionStatistics', 130)]);
    const profile = decoded(Uint8Array.from([...jfrChunk(recording(events)), ...jfrChunk(second)]));
    const t = 1_700_000_010_000;
    expect(profile.facts).toEqual([
      { kind: 'cpu', t, seconds: 15, vcpus: 4 },
      { kind: 'heap', t: 1_700_000_000_000, used: 20, committed: 64, max: 128 },
      { kind: 'exceptions', t, count: 30 },
    ]);
  });
});

describe('chunks', () => {
  const one = recording([executionSample]);
  const longer = { startNs: 1_700_000_010_000_000_000n };
  const join = (...chunks: readonly Uint8Array[]) =>
    Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));

  test('each has ids, constants and types of its own', () => {
    const other = recording([executionSample], {
      ...longer,
      firstId: 500,
      checkpoints: [
        {
          ...jdkPools,
          'java.lang.Thread': [[1, thread((writer) => writer.utf8('worker-9'), 9)]],
          'jdk.types.StackTrace': [[1, frames([2, 40])]],
        },
      ],
    });
    const profile = decoded(join(jfrChunk(one), jfrChunk(other), jfrChunk(one)));
    expect(
      rowsOf(profile, 'cpu').map(({ stack, thread, value }) => [stack, thread, value]),
    ).toEqual([
      ['shop.Shop.main:3 shop.Shop.sell:12', 'worker-1', 20e6],
      ['shop.Shop.main:40', 'worker-9', 10e6],
    ]);
    expect([profile.startMs, profile.endMs]).toEqual([1_700_000_000_000, 1_700_000_020_000]);
  });

  test('one that is not whole is left out with a warning, unless it is the only one', () => {
    const bytes = jfrChunk(one);
    for (const rest of [
      bytes.subarray(0, bytes.length - 1),
      bytes.subarray(0, 20),
      bytes.map(() => 0),
    ]) {
      const profile = decoded(join(bytes, rest));
      expect(totalsOf(profile).cpu).toBe(10e6);
      expect(profile.quality.warnings).toEqual([expect.stringContaining(`${rest.length} bytes`)]);
    }
    expect(problemOf(() => decoded(bytes.subarray(0, bytes.length - 1)))).toBe('truncated-profile');
    const unsized = bytes.map((byte, at) => (at >= 8 && at < 16 ? 0 : byte));
    expect(problemOf(() => decoded(unsized))).toBe('truncated-profile');
  });

  test('one that is still being written counts up to where it says that it ends', () => {
    const bytes = jfrChunk({ ...one, state: 3 });
    expect(totalsOf(decoded(join(bytes, new Uint8Array(50)))).cpu).toBe(10e6);
  });

  test('checkpoints are chained from the last to the first, of which the last counts', () => {
    const renamed = {
      'java.lang.Thread': [[1, thread((writer) => writer.utf8('renamed'))]],
    } as const;
    const profile = written(
      recording([executionSample], {
        checkpoints: [jdkPools, renamed, { 'jdk.types.GCName': [] }],
      }),
    );
    expect(rowsOf(profile, 'cpu')[0]).toMatchObject({ thread: 'renamed', value: 10e6 });
  });

  test.each([
    ['none', (writer: Writer) => writer.byte(0), ''],
    ['empty', (writer: Writer) => writer.byte(1), ''],
    ['pooled', (writer: Writer) => writer.pooled(77), 'from the pool'],
    ['pooled, and itself pooled', (writer: Writer) => writer.pooled(78), ''],
    ['pooled, and not there', (writer: Writer) => writer.pooled(79), ''],
    ['UTF-8', (writer: Writer) => writer.utf8('größer 🔥'), 'größer 🔥'],
    ['characters', (writer: Writer) => writer.chars('größer 🔥'), 'größer 🔥'],
    ['Latin-1', (writer: Writer) => writer.latin1('größer'), 'größer'],
  ])('a string that is %s', (_, write, text) => {
    const pools = {
      ...jdkPools,
      'java.lang.Thread': [[1, thread(write)]],
      'java.lang.String': [
        [77, (writer: Writer) => writer.utf8('from the pool')],
        [78, (writer: Writer) => writer.pooled(78)],
      ],
    } as const;
    for (const compressed of [true, false]) {
      const chunk = recording([executionSample], { checkpoints: [pools], compressed });
      expect(written(chunk).threads[1]).toEqual({ name: text, id: '7' });
    }
  });

  test('keys may be any 64 bits', () => {
    const keys = [2n ** 63n + 1n, 2n ** 63n + 2n, 2n ** 64n - 1n, 2n ** 53n, 2n ** 53n + 1n];
    const pools = {
      ...jdkPools,
      'jdk.types.StackTrace': keys.map((key, line) => [key, frames([1, line + 1])] as const),
    };
    for (const compressed of [true, false]) {
      const events = keys.map((key) =>
        event('jdk.ExecutionSample', 0, 1, BigInt.asIntN(64, key), 1),
      );
      const profile = written(recording(events, { checkpoints: [pools], compressed }));
      expect(rowsOf(profile, 'cpu').map(({ stack }) => stack)).toEqual(
        keys.map((_, line) => `shop.Shop.sell:${line + 1}`),
      );
    }
  });

  test('whole numbers of full width, and fields in any order among any others, say the same', () => {
    const names = ['startTime', 'sampledThread', 'stackTrace', 'state'];
    const values = new Map([
      ['startTime', 5000],
      ...names.slice(1).map((name) => [name, 1] as const),
    ]);
    const plain = totalsOf(written(one));
    const extras = fc.array(fc.constantFrom('int', 'double', 'nested', 'list', 'text'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(
        fc.shuffledSubarray(names, { minLength: 4 }),
        extras,
        fc.boolean(),
        (order, more, compressed) => {
          const own = new Map(jdkTypes['jdk.ExecutionSample']!.map((field) => [field.name, field]));
          const types = {
            ...jdkTypes,
            nested: [
              { name: 'a', type: 'short' },
              { name: 'b', type: 'java.lang.String' },
            ],
            'jdk.ExecutionSample': [
              ...more.map((kind, at) => ({
                name: `extra${at}`,
                type: kind === 'list' ? 'nested' : kind === 'text' ? 'java.lang.String' : kind,
                array: kind === 'list',
              })),
              ...order.map((name) => own.get(name)!),
            ],
          };
          const write = (writer: Writer) => {
            for (const kind of more) writeExtra(writer, kind);
            for (const name of order) writer.long(values.get(name)!);
          };
          const profile = written(
            recording([['jdk.ExecutionSample', write]], { types, compressed }),
          );
          expect(totalsOf(profile)).toEqual(plain);
          expect(rowsOf(profile, 'cpu')).toEqual(rowsOf(written(one), 'cpu'));
        },
      ),
      { numRuns: 200 },
    );
  });
});

function writeExtra(writer: Writer, kind: string): void {
  const nested = () => {
    writer.char(300);
    writer.utf8('x');
  };
  if (kind === 'int') writer.int(-1);
  else if (kind === 'double') {
    writer.float(1);
    writer.float(1);
  } else if (kind === 'nested') nested();
  else if (kind === 'text') writer.chars('häh');
  else {
    writer.int(2);
    nested();
    nested();
  }
}

describe('what no recorder writes', () => {
  const corrupt = (chunk: WrittenChunk) =>
    expect(problemOf(() => written(chunk))).toBe('corrupt-profile');

  test('keys that lead nowhere are unknown', () => {
    const profile = written(
      recording([event('jdk.ExecutionSample', 0, 55, 55, 55), executionSample], {
        checkpoints: [{ ...jdkPools, 'jdk.types.StackTrace': [[1, frames([99, 1], [1, 2])]] }],
      }),
    );
    expect(rowsOf(profile, 'cpu')).toEqual([
      { stack: '', thread: '', state: 'RUNNABLE', count: 1, value: 10e6 },
      {
        stack: 'shop.Shop.sell:2 (unknown):1',
        thread: 'worker-1',
        state: 'RUNNABLE',
        count: 1,
        value: 10e6,
      },
    ]);
  });

  test('types that hold themselves, or have no end', () => {
    const holding = (fields: WrittenChunk['types'][string]) =>
      recording([executionSample], { types: { ...jdkTypes, 'jdk.ExecutionSample': fields } });
    corrupt(holding([{ name: 'again', type: 'jdk.ExecutionSample' }]));
    corrupt(holding([{ name: 'what', type: 'undescribed' }]));
    const tower = Object.fromEntries(
      Array.from({ length: 14 }, (_, floor) => [
        `floor${floor}`,
        Array.from({ length: 9 }, (_, at) => ({ name: `${at}`, type: `floor${floor + 1}` })),
      ]),
    );
    corrupt(
      recording([executionSample], {
        types: {
          ...jdkTypes,
          ...tower,
          floor14: [],
          'jdk.ExecutionSample': [{ name: 'tower', type: 'floor0' }],
        },
      }),
    );
  });

  test('lists of lists without end, and of nothing', () => {
    const types = {
      ...jdkTypes,
      nothing: [],
      lists: [{ name: 'inner', type: 'lists', array: true }],
      'jdk.ThreadSleep': [{ name: 'lists', type: 'lists' }, ...jdkTypes['jdk.ThreadSleep']!],
      'jdk.ExecutionSample': [
        { name: 'nothings', type: 'nothing', array: true },
        ...jdkTypes['jdk.ExecutionSample']!,
      ],
    };
    const deep = (writer: Writer) => {
      for (let level = 0; level < 1000; level++) writer.int(1);
    };
    corrupt(recording([['jdk.ThreadSleep', deep]], { types }));
    const many = (writer: Writer) => {
      writer.int(2 ** 31 - 1);
      for (const value of [5000, 1, 1, 1]) writer.long(value);
    };
    expect(totalsOf(written(recording([['jdk.ExecutionSample', many]], { types }))).cpu).toBe(10e6);
  });

  test('counts beyond the end, and events without size', () => {
    const pools = {
      ...jdkPools,
      'jdk.types.StackTrace': [
        [
          1,
          (writer: Writer) => {
            writer.byte(0);
            writer.int(2 ** 31 - 1);
          },
        ],
      ],
    } as const;
    corrupt(recording([executionSample], { checkpoints: [pools] }));
    const bytes = jfrChunk(recording([executionSample]));
    const sizeless = bytes.slice();
    sizeless.set([0x80, 0x80, 0x80, 0], 68);
    expect(problemOf(() => decoded(sizeless))).toBe('corrupt-profile');
  });

  test('checkpoints that lead to themselves, forwards, or into one another', () => {
    const bytes = jfrChunk(recording([executionSample], { checkpoints: [{}, {}] }));
    const view = new DataView(bytes.buffer);
    const at = Number(view.getBigInt64(16));
    // Behind four bytes of size, and one each of type, time and duration.
    for (const back of [
      [0x7f, 0],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ]) {
      const damaged = bytes.slice();
      damaged.set(back, at + 7);
      expect(problemOf(() => decoded(damaged))).toBe('corrupt-profile');
    }
  });

  test('clocks that run backwards or stand still', () => {
    expect(problemOf(() => written(recording([], { startNs: -5n })))).toBe('invalid-time-range');
    corrupt(recording([], { ticksPerSecond: 0n }));
    const enter = event('jdk.JavaMonitorEnter', 5000, -5, 1, 1);
    expect(totalsOf(written(recording([enter])))).toEqual({ lock_count: 1, lock_wait: 0 });
  });

  test('a weight that no memory has', () => {
    const weight = event('jdk.ObjectAllocationSample', 0, 1, 1, 2n ** 63n - 1n);
    expect(problemOf(() => written(recording([weight, weight, weight])))).toBe('invalid-value');
  });

  test('any damage to a small recording gives a profile or a problem', () => {
    const events = Object.keys(jdkTypes)
      .filter((type) => type.startsWith('jdk.') && !type.startsWith('jdk.types.'))
      .map((type) => event(type, 5000, 1, 1, 1, 1, 1));
    const bytes = jfrChunk(recording(events, { checkpoints: [jdkPools, jdkPools] }));
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(flips, (changes) => {
        const damaged = bytes.slice();
        for (const [at, byte] of changes) damaged[at] = byte;
        try {
          decoded(damaged);
        } catch (error) {
          expect(error).toHaveProperty('name', 'Problem');
        }
      }),
      { numRuns: 3000 },
    );
  });
});
