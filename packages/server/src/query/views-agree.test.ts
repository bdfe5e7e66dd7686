import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tierMs } from '../storage/profile-store.ts';
import { createGroup, openUnderTest, upload } from '../under-test.ts';

const { PT5M: minutes5, PT1H: hour, P1D: day } = tierMs;

/** An upload: hours before the last one's end, and what it says. */
const sent = fc.record({
  hoursAgo: fc.double({ min: 0, max: 80, noNaN: true }),
  stacks: fc.array(
    fc.tuple(fc.constantFrom('a', 'a;b', 'a;b;a', 'c'), fc.integer({ min: 1, max: 99 })),
    { minLength: 1, maxLength: 3 },
  ),
  /** Hours that the clock goes on before it, with the store's housekeeping. */
  later: fc.constantFrom(0, 0, 0.5, 3, 30),
});

type Sent = typeof sent extends fc.Arbitrary<infer One> ? One : never;

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((all, one) => all + (one ?? 0), 0);

async function sendAll(all: readonly Sent[]) {
  const test = await openUnderTest();
  const { app, clock, needs } = test;
  await createGroup(app);
  let expected = 0;
  for (const { hoursAgo, stacks, later } of all) {
    clock.ms += later * hour;
    if (later > 0) await needs.store.maintain(clock.ms);
    const endMs = Math.round(clock.ms - hoursAgo * hour);
    const times = `startMs=${endMs - 60_000}&endMs=${endMs}`;
    const body = stacks.map(([stack, weight]) => `${stack} ${weight}\n`).join('');
    const answer = await upload(app, body, { query: `${times}&sampleType=cpu&unit=ns` });
    expect(answer.status).toBe(201);
    expected += sum(stacks.map(([, weight]) => weight));
    // What is asked in between is kept, and must not be answered when it is old.
    await app.request('/api/v1/groups/shop/hotspots?from=-6d&to=now');
  }
  return { ...test, expected };
}

test('tree, table, time line, search, exports and GetProfile tell the same sums of the same range', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 8 }), async (all) => {
      const { app, clock, expected, close } = await sendAll(all);
      const toMs = Math.ceil(clock.ms / minutes5) * minutes5;
      const fromMs = toMs - 6 * day;
      const get = async (path: string, more = '', accept = 'application/json') => {
        const range = `from=${fromMs}&to=${toMs}${more}`;
        const response = await app.request(`/api/v1/groups/shop/${path}?${range}`, {
          headers: { accept },
        });
        expect(response.status).toBe(200);
        return response;
      };
      // biome-ignore lint/suspicious/noExplicitAny: answers are told apart by what is expected of them.
      const json = async (response: Response): Promise<any> => await response.json();
      const flame = await json(await get('flame'));
      const states: { self: number[] }[] = Object.values(flame.states);
      const hotspots = await json(await get('hotspots', '&limit=5000'));
      const selfs = hotspots.rows.map((row: { self: number }) => row.self);
      const search = await json(await get('search', '&q=b'));
      const b = hotspots.rows.find((row: { frame: { name: string } }) => row.frame.name === 'b');
      const folded = await (await get('export', '&format=folded')).text();
      const weights = folded.match(/\d+$/gm)?.map(Number) ?? [];
      const lines = await Promise.all(
        ['PT5M', 'PT1H'].map(async (tier) => json(await get('timeline', `&tier=${tier}`))),
      );
      const iso = (ms: number) => encodeURIComponent(new Date(ms).toISOString());
      const profile = await json(
        await app.request(
          `/profilingGroups/shop/profile?startTime=${iso(fromMs)}&endTime=${iso(toMs)}`,
          { headers: { accept: 'application/json' } },
        ),
      );
      await close();
      expect(sum(states.flatMap(({ self }) => self))).toBe(expected);
      expect([hotspots.total, sum(selfs), sum(weights)]).toEqual([expected, expected, expected]);
      expect(search.share * expected).toBeCloseTo(b?.total ?? 0);
      for (const line of lines) {
        expect(sum(Object.values<(number | null)[]>(line.states).flat())).toBe(expected);
        expect([flame.profiles, sum(line.profiles)]).toEqual([all.length, all.length]);
        expect(sum(line.count)).toBe(flame.count);
      }
      expect(countsOf(profile.callgraph)).toBeCloseTo(expected);
    }),
    { numRuns: 4 },
  );
}, 120_000);

interface Node {
  readonly counts?: Record<string, number>;
  readonly children?: Record<string, Node>;
}

const countsOf = ({ counts = {}, children = {} }: Node): number =>
  sum(Object.values(counts)) + sum(Object.values(children).map(countsOf));
