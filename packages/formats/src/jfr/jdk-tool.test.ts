import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { normaliseName, type Profile } from '@everflame/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inflate } from '../../test/samples.ts';
import { decode } from '../decode.ts';

const testFolder = new URL('../../test/', import.meta.url).pathname;

const hasJdk = ((): boolean => {
  try {
    execFileSync('jfr', ['--version'], { stdio: 'ignore' });
    execFileSync('javac', ['-version'], { stdio: 'ignore' });
    return true;
  } catch (cause) {
    const line = 'formats: no JDK on the PATH, so recordings were not compared with `jfr print`.';
    if (process.env.CI === 'true') throw new Error(line, { cause });
    process.stdout.write(`${line}\n`);
    return false;
  }
})();

interface Frame {
  readonly lineNumber: number;
  readonly method: { readonly name: string; readonly type: { readonly name: string } };
}

/** An event as `jfr print --json` gives it. */
interface Event {
  readonly type: string;
  readonly values: {
    readonly duration?: string;
    readonly weight?: number;
    readonly userTime?: string;
    readonly systemTime?: string;
    readonly throwables?: number;
    readonly sumOfPauses?: string;
    readonly state?: string;
    readonly eventThread?: { readonly javaName: string };
    readonly sampledThread?: { readonly javaName: string };
    readonly parkedClass?: { readonly name: string };
    readonly stackTrace?: { readonly frames: readonly Frame[] };
  };
}

function eventsOf(file: string): readonly Event[] {
  const args = ['print', '--json', '--stack-depth', '2048', file];
  const text = execFileSync('jfr', args, { encoding: 'utf8', maxBuffer: 1 << 29 });
  return (JSON.parse(text) as { recording: { events: Event[] } }).recording.events;
}

/** "PT1M2.5S" in nanoseconds. */
function nanoseconds(text = 'PT0S'): number {
  const [, minutes, seconds] = /^PT(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(text) ?? [];
  return Math.round((Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1e9);
}

/** What an event adds to a measure; undefined for one that is of another. */
type Weigh = (event: Event) => number | undefined;

const isLock = /^java\/util\/concurrent\/(locks\/(Reentrant|Stamped)|Semaphore)/;
const contended: Weigh = ({ type, values }) =>
  type === 'jdk.JavaMonitorEnter' ||
  (type === 'jdk.ThreadPark' && isLock.test(values.parkedClass?.name ?? ''))
    ? nanoseconds(values.duration)
    : undefined;
const counted =
  (of: string): Weigh =>
  ({ type }) =>
    type === of ? 1 : undefined;

const measures: Readonly<Record<string, Weigh>> = {
  cpu: ({ type }) => (type === 'jdk.ExecutionSample' ? 10e6 : undefined),
  alloc_bytes: ({ type, values }) =>
    type === 'jdk.ObjectAllocationSample' ? values.weight : undefined,
  exceptions: counted('jdk.JavaExceptionThrow'),
  lock_wait: contended,
  lock_count: (event) => (contended(event) === undefined ? undefined : 1),
};

/** By thread and stack, callers first: "worker-1: Small.work:20 Small.burn:11". */
function theirs(events: readonly Event[], weigh: Weigh): Record<string, number> {
  const sums = new Map<string, number>();
  for (const event of events) {
    const weight = weigh(event);
    if (weight === undefined) continue;
    const { eventThread, sampledThread, stackTrace } = event.values;
    const names = (stackTrace?.frames ?? []).map(
      ({ method, lineNumber }) =>
        `${normaliseName('jvm', `${method.type.name}.${method.name}`)}:${Math.max(lineNumber, 0)}`,
    );
    add(sums, `${(eventThread ?? sampledThread)?.javaName}: ${names.reverse().join(' ')}`, weight);
  }
  return rounded(sums);
}

function ours(profile: Profile, measure: string): Record<string, number> {
  const { samples, stacks, frames, threads, measures: columns } = profile;
  const values = samples.values[columns.findIndex(({ id }) => id === measure)];
  const sums = new Map<string, number>();
  for (let row = 0; row < samples.length; row++) {
    const thread = threads[samples.thread[row]!]!.name;
    if (!values?.[row] || thread === 'GC') continue;
    const names: string[] = [];
    for (let at = samples.stack[row]!; at > 0; at = stacks.parent[at]!) {
      names.push(`${frames.name[stacks.frame[at]!]}:${stacks.line[at]}`);
    }
    add(sums, `${thread}: ${names.reverse().join(' ')}`, values[row]!);
  }
  return rounded(sums);
}

const add = (sums: Map<string, number>, key: string, value: number) =>
  sums.set(key, (sums.get(key) ?? 0) + value);

/** To a microsecond, for they round each event to a nanosecond. */
const rounded = (sums: ReadonlyMap<string, number>) =>
  Object.fromEntries(
    [...sums].map(([key, value]) => [key, value > 1e6 ? Math.round(value / 1e3) : value]),
  );

if (hasJdk) {
  describe.each(['G1', 'Parallel'])('jfr print, of a program under %s', (collector) => {
    let folder: string;
    let events: readonly Event[];
    let profile: Profile;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'everflame-jfr-'));
      const file = join(folder, 'small.jfr');
      execFileSync('javac', ['-d', folder, join(testFolder, 'Small.java')]);
      const recording = `-XX:StartFlightRecording=filename=${file},settings=${join(testFolder, 'small.jfc')}`;
      const args = ['-Xmx64m', `-XX:+Use${collector}GC`, recording, '-cp', folder, 'Small', '3000'];
      execFileSync('java', args, { stdio: 'ignore' });
      events = eventsOf(file);
      profile = decode(new Uint8Array(readFileSync(file)), { inflate });
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    test.each(Object.entries(measures))(
      '%s: every thread, every stack with its lines, as it prints them',
      (measure, weigh) => {
        const expected = theirs(events, weigh);
        expect(Object.keys(expected).length).toBeGreaterThan(0);
        expect(ours(profile, measure)).toEqual(expected);
      },
    );

    test('the hot function is where the CPU goes', () => {
      const cpu = Object.entries(ours(profile, 'cpu'));
      const total = cpu.reduce((all, [, value]) => all + value, 0);
      const hot = cpu.filter(([stack]) => stack.includes(' Small.fib:'));
      expect(hot.reduce((all, [, value]) => all + value, 0) / total).toBeGreaterThan(0.5);
    });

    test('collections, their CPU and pauses', () => {
      const of = (type: string) => events.filter((event) => event.type === type);
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
      const { samples, threads, measures: columns } = profile;
      const cpu = samples.values[columns.findIndex(({ id }) => id === 'cpu')]!;
      const gc = cpu.filter((_, row) => threads[samples.thread[row]!]!.name === 'GC');
      expect(sum([...gc])).toBe(
        sum(
          of('jdk.GCCPUTime').map(
            ({ values }) => nanoseconds(values.userTime) + nanoseconds(values.systemTime),
          ),
        ),
      );
      const told = profile.facts.filter((fact) => fact.kind === 'gc');
      const collections = of('jdk.GarbageCollection');
      expect(sum(told.map(({ count }) => count))).toBe(collections.length);
      expect(sum(told.map(({ seconds }) => seconds))).toBeCloseTo(
        sum(collections.map(({ values }) => nanoseconds(values.sumOfPauses))) / 1e9,
        5,
      );
    });

    test('exceptions between the first look at their counter and the last', () => {
      const counters = events.flatMap(({ values }) => values.throwables ?? []);
      const told = profile.facts.filter((fact) => fact.kind === 'exceptions');
      const between = counters.at(-1)! - counters[0]!;
      expect(told.map(({ count }) => count)).toEqual(between > 0 ? [between] : []);
    });
  });
} else {
  test('jfr print was not asked: there is no JDK on this machine', () => {
    expect(hasJdk).toBe(false);
  });
}
