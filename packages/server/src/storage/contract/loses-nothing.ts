import { draw } from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { uploadOf } from '../prepared-profile-fixture.ts';
import { defaultRetention } from '../profile-store.ts';
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
import { weightsOf } from './profile-store-twin.ts';

export function losesNothing(opened: Opened): void {
  test('what was appended is there after the store was opened again', async () => {
    const { store, reopen } = await opened();
    await store.append([uploadOf(drawn(readAndParse), { startMs: noon })]);
    const again = await reopen();
    await again.append([uploadOf(drawn('main;parse;read;wait 1'), { startMs: noon })]);
    const { tree } = await again.tree(cpu);
    expect(draw(tree)).toBe('main 38\n  parse 33\n    read 31\n      wait 1\n  render 5');
  });

  test('appends, reads and maintenance at the same time lose nothing', async () => {
    const { store } = await opened();
    const appends = Array.from({ length: 12 }, (_, index) =>
      store.append([uploadOf(drawn(readAndParse), { startMs: midnight + index * minutes5 })]),
    );
    const maintenance = [2, 3, 4].map((hours) => store.maintain(midnight + hours * hour));
    const reads = appends.map(async () => weightsOf((await store.tree(cpu)).tree));
    await Promise.all([...appends, ...maintenance, ...reads]);
    await store.maintain(midnight + 5 * hour);
    const { tree, profiles } = await store.tree(cpu);
    expect(profiles).toBe(12);
    expect(weightsOf(tree)).toEqual({
      'main;parse': 24,
      'main;parse;read': 360,
      'main;render': 60,
    });
  });

  test('a deleted group is gone, and no other', async () => {
    const { store } = await opened();
    await store.append(
      [1, 2].map((group) => uploadOf(drawn(readAndParse), { group, startMs: noon })),
    );
    await store.maintain(noon + 2 * day);
    await store.append(
      [1, 2].map((group) => uploadOf(drawn(readAndParse), { group, startMs: noon })),
    );
    await store.deleteGroup(1);
    await store.maintain(noon + 2 * day);
    expect((await store.tree(cpu)).tree.length).toBe(1);
    expect(await store.instances(1, { ...wholeDay, tier: 'P1D' })).toEqual([]);
    expect(draw((await store.tree({ ...cpu, group: 2 })).tree)).toContain('read 60');
    await store.append([uploadOf(drawn('main 1'), { startMs: noon })]);
    expect(draw((await store.tree(cpu)).tree)).toBe('main 1');
  });

  test('usage grows with what is stored', async () => {
    const { store } = await opened();
    await store.append([uploadOf(drawn(readAndParse), { startMs: noon })]);
    const { bytes, fileBytes, budgetBytes } = await store.usage();
    expect(bytes).toBeGreaterThan(0);
    expect(fileBytes).toBeGreaterThan(0);
    expect(budgetBytes).toBe(defaultRetention.budgetBytes);
  });
}
