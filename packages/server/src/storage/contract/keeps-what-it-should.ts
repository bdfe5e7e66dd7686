import { draw } from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { uploadOf } from '../prepared-profile-fixture.ts';
import { defaultRetention, type Tier } from '../profile-store.ts';
import {
  day,
  drawn,
  hour,
  midnight,
  minutes5,
  noon,
  type OpenStore,
  readAndParse,
  wholeDay,
} from './open-store.ts';

export function keepsWhatItShould(open: OpenStore): void {
  test('what its tier no longer keeps is answered by the next coarser one', async () => {
    const retention = { ...defaultRetention, daysOf: { PT5M: 2, PT1H: 4, P1D: 8 } };
    const { store } = await open({ retention, now: () => noon });
    await store.append([uploadOf(drawn(readAndParse), { startMs: noon })]);
    const at = (fromMs: number) =>
      store.tree({ group: 1, measure: 'cpu', fromMs, toMs: fromMs + minutes5 });
    const asked = async (nowMs: number) => {
      await store.maintain(nowMs);
      const { fromMs, toMs, profiles } = await at(noon + 2 * minutes5 - 1);
      return { fromMs, toMs, profiles };
    };
    expect(await asked(noon + hour)).toMatchObject({ fromMs: noon + minutes5, profiles: 0 });
    const inHours = { fromMs: noon, toMs: noon + hour, profiles: 1 };
    expect(await asked(noon + 3 * day)).toEqual(inHours);
    const inDays = { fromMs: midnight, toMs: midnight + day, profiles: 1 };
    expect(await asked(noon + 5 * day)).toEqual(inDays);
    expect(await asked(noon + 9 * day)).toMatchObject({ profiles: 0 });
    const starts = (tier: Tier) =>
      store.bucketStarts(1, { ...wholeDay, tier, order: 'ascending', limit: 10 });
    expect(await starts('PT5M')).toEqual([]);
    expect(await starts('P1D')).toEqual([]);
    expect(await store.keptFrom()).toEqual({
      PT5M: midnight + 7 * day,
      PT1H: midnight + 5 * day,
      P1D: midnight + day,
    });
    // Nothing is left of it but what comes anew.
    await store.append([uploadOf(drawn('main;other 1'), { startMs: noon + 9 * day })]);
    const answer = await at(noon + 9 * day);
    expect(draw(answer.tree)).toBe('main 1\n  other 1');
  });
}
