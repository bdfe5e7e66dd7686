import { draw, knownMeasures } from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import {
  cpu,
  day,
  drawn,
  hour,
  midnight,
  minutes5,
  noon,
  type Opened,
  readAndParse,
  wholeDay,
} from './open-store.ts';

export function readsTrees(opened: Opened): void {
  test('profiles of a range merge into one tree, of its measure and group alone', async () => {
    const { store } = await opened();
    await store.append([
      uploadOf(drawn(readAndParse), { startMs: noon }),
      uploadOf(drawn('main;parse;read 10\nmain;wait 1'), { startMs: noon + hour }),
      uploadOf(drawn('other 9'), { startMs: noon, group: 2 }),
      uploadOf(drawn('main;alloc 7', { measure: knownMeasures.alloc_bytes }), { startMs: noon }),
      uploadOf(drawn('late 8'), { startMs: midnight + day }),
    ]);
    const answer = await store.tree(cpu);
    expect(draw(answer.tree)).toBe('main 48\n  parse 42\n    read 40\n  render 5\n  wait 1');
    expect(answer).toMatchObject({ count: 5, profiles: 2, ...wholeDay });
  });

  test('a range without profiles is an empty tree', async () => {
    const { store } = await opened();
    const { tree, count, profiles } = await store.tree(cpu);
    expect({ length: tree.length, columns: tree.columns, count, profiles }).toEqual({
      length: 1,
      columns: [],
      count: 0,
      profiles: 0,
    });
  });

  test('a profile belongs to the bucket of its midpoint, and a range is widened to whole buckets', async () => {
    const { store } = await opened();
    const startMs = noon + minutes5 - 1000;
    await store.append([uploadOf(drawn('main 1'), { startMs, endMs: startMs + 60_000 })]);
    const at = (fromMs: number) => store.tree({ ...cpu, fromMs, toMs: fromMs + 1 });
    expect((await at(noon)).profiles).toBe(0);
    const answer = await at(noon + minutes5 + 1234);
    expect(answer).toMatchObject({
      profiles: 1,
      fromMs: noon + minutes5,
      toMs: noon + 2 * minutes5,
    });
  });
}

export function selects(opened: Opened): void {
  test('states become columns, and a query may ask for some', async () => {
    const { store } = await opened();
    const profile = preparedProfile(
      { stacks: 'main;run 3', state: 'RUNNABLE' },
      { stacks: 'main;lock 4', state: 'BLOCKED' },
      { stacks: 'main;sleep 5', state: 'IDLE' },
    );
    await store.append([uploadOf(profile, { startMs: noon })]);
    const { tree } = await store.tree(cpu);
    expect(tree.columns.map(({ state }) => state)).toEqual(['RUNNABLE', 'BLOCKED', 'IDLE']);
    const some = await store.tree({ ...cpu, states: ['RUNNABLE', 'BLOCKED'] });
    expect(draw(some.tree)).toBe('main 7\n  lock 4\n  run 3');
    expect(some).toMatchObject({ count: 2, profiles: 1 });
  });

  test('labels select: every label one of its values', async () => {
    const { store } = await opened();
    const of = (version: string, region: string) =>
      drawn(`main;${version};${region} 1`, { labels: { version, region } });
    const profiles = [of('v1', 'eu'), of('v1', 'us'), of('v2', 'eu'), drawn('main;none 1')];
    await store.append(profiles.map((profile) => uploadOf(profile, { startMs: noon })));
    const answer = await store.tree({ ...cpu, labels: { version: ['v1', 'v3'], region: ['us'] } });
    expect(draw(answer.tree)).toBe('main 1\n  v1 1\n    us 1');
    expect(answer.profiles).toBe(1);
    expect((await store.tree({ ...cpu, labels: { version: ['v9'] } })).tree.length).toBe(1);
    // No label, whatever every object has under such a name.
    const all = (await store.tree(cpu)).profiles;
    expect((await store.tree({ ...cpu, labels: { constructor: [''] } })).profiles).toBe(all);
    expect(await store.labelValues(1, wholeDay, 10)).toEqual({
      region: ['eu', 'us'],
      version: ['v1', 'v2'],
    });
    expect(await store.labelValues(1, wholeDay, 1)).toEqual({ region: ['eu'], version: ['v1'] });
  });

  test('a group has a bounded number of label sets a day, and no weight is lost beyond it', async () => {
    const { store } = await opened();
    const profiles = Array.from({ length: 1100 }, (_, id) =>
      drawn('main 1', { labels: { request: `${id}` } }),
    );
    await store.append(profiles.map((profile) => uploadOf(profile, { startMs: noon })));
    expect(draw((await store.tree(cpu)).tree)).toBe('main 1100');
    const { request = [] } = await store.labelValues(1, wholeDay, 5000);
    expect(request.length).toBe(1000);
    const [value = ''] = request;
    const one = await store.tree({ ...cpu, labels: { request: [value] } });
    expect(draw(one.tree)).toBe('main 1');
  });
}

export function keepsTheShapeOfATree(opened: Opened): void {
  test('recursion and lines survive the way through the store', async () => {
    const { store, reopen } = await opened();
    await store.append([uploadOf(drawn('main;walk:10;walk:20 1'), { startMs: noon })]);
    await store.append([uploadOf(drawn('main;walk:7;walk:25 1'), { startMs: noon })]);
    for (const each of [async () => store, reopen]) {
      const { tree } = await (await each()).tree(cpu);
      expect([...tree.firstOnPath]).toEqual([1, 1, 1, 0]);
      expect([...tree.lineFrom]).toEqual([0, 0, 7, 20]);
      expect([...tree.lineTo]).toEqual([0, 0, 10, 25]);
    }
  });

  test('names are taken as they are, whatever is in them', async () => {
    const { store, reopen } = await opened();
    const names = ['a\'"b', 'x\0y', '😀', 'DROP-TABLE-nodes--', '%$1', 'n'.repeat(100_000)];
    const labels = { "k'": 'v\0😀' };
    const profile = drawn(names.map((name) => `main;${name} 1`).join('\n'), { labels });
    const upload = uploadOf(profile, { startMs: noon, token: "'\0", facts: { instance: "i'\0" } });
    await store.append([upload]);
    const again = await reopen();
    const { tree } = await again.tree({ ...cpu, labels: { "k'": ['v\0😀'] } });
    expect([...tree.frames.name].sort()).toEqual(['', 'main', ...names].sort());
    expect(await again.labelValues(1, wholeDay, 10)).toEqual({ "k'": ['v\0😀'] });
    const [row] = await again.instances(1, { ...wholeDay, tier: 'PT5M' });
    expect(row?.instance).toBe("i'\0");
    expect(await again.append([upload])).toEqual(['duplicate']);
  });

  test('a reader who went away is told so, and the next one is served', async () => {
    const { store } = await opened();
    await store.append([uploadOf(drawn(readAndParse), { startMs: noon })]);
    await expect(store.tree(cpu, AbortSignal.abort())).rejects.toThrow(/abort/i);
    const leaving = new AbortController();
    const reading = store.tree(cpu, leaving.signal).catch((cause: unknown) => cause);
    leaving.abort();
    await reading;
    expect((await store.tree(cpu)).profiles).toBe(1);
  });
}
