// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { uploadOf } from '../prepared-profile-fixture.ts';
import { day, drawn, noon, type Opened, wholeDay } from './open-store.ts';

export function countsUploadsOnce(opened: Opened): void {
  test('a token counts once: within a batch, later, and after the store was opened again', async () => {
    const { store, reopen } = await opened();
    const upload = (group: number, token?: string) =>
      uploadOf(drawn('main 1'), { group, startMs: noon, token });
    const answers = await store.append([upload(1, 'a'), upload(1, 'a'), upload(2, 'a'), upload(1)]);
    expect(answers).toEqual(['stored', 'duplicate', 'stored', 'stored']);
    expect(await store.append([upload(1, 'a'), upload(1)])).toEqual(['duplicate', 'stored']);
    expect(await store.append([upload(1, 'a')])).toEqual(['duplicate']);
    const again = await reopen();
    expect(await again.append([upload(1, 'a'), upload(1, 'b')])).toEqual(['duplicate', 'stored']);
    expect((await again.tree({ group: 1, measure: 'cpu', ...wholeDay })).profiles).toBe(4);
  });

  test('a token is remembered for a day and forgotten after two', async () => {
    const { store } = await opened();
    const upload = uploadOf(drawn('main 1'), { startMs: noon, token: 'a' });
    await store.append([upload]);
    await store.maintain(noon + day);
    expect(await store.append([upload])).toEqual(['duplicate']);
    await store.maintain(noon + 2 * day);
    expect(await store.append([upload])).toEqual(['stored']);
  });
}
