// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import fc from 'fast-check';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { uploadOf } from '../prepared-profile-fixture.ts';
import { defaultRetention, tierMs } from '../profile-store.ts';
import { day, drawn, hour, midnight, noon, type OpenStore } from './open-store.ts';
import { ProfileStoreTwin, weightsOf } from './profile-store-twin.ts';

/** Names are few, so that stacks meet. */
const anyStacks = fc
  .array(
    fc.tuple(
      fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 1000 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((stacks) => stacks.map(([names, weight]) => `${names.join(';')} ${weight}`).join('\n'));

const anyStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      profiles: fc.array(anyStacks, { minLength: 1, maxLength: 3 }),
      /** How long ago the profile was taken: mostly just now, sometimes days. */
      ageMs: fc.oneof(fc.integer({ min: 0, max: 2 * hour }), fc.integer({ min: 0, max: 6 * day })),
      group: fc.constantFrom(1, 2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.oneof(fc.integer({ min: 0, max: hour }), fc.integer({ min: 0, max: 2 * day })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

type Step = typeof anyStep extends fc.Arbitrary<infer Of> ? Of : never;

const daysOf = { PT5M: 2, PT1H: 4, P1D: 1000 };

/** A store and what it should be, after the same steps. */
async function taken(open: OpenStore, steps: readonly Step[]) {
  const retention = { ...defaultRetention, daysOf };
  const { store: first, reopen } = await open({ retention, now: () => noon });
  const twin = new ProfileStoreTwin();
  let store = first;
  let nowMs = noon;
  for (const step of steps) {
    if (step.kind === 'append') {
      const about = { group: step.group, startMs: nowMs - step.ageMs };
      const batch = step.profiles.map((stacks) => uploadOf(drawn(stacks), about));
      await store.append(batch);
      for (const upload of batch) twin.append(upload);
    } else if (step.kind === 'pass') {
      nowMs += step.ms;
      await store.maintain(nowMs);
    } else {
      store = await reopen();
    }
  }
  return { store, twin, nowMs };
}

export function agreesWithItsTwin(open: OpenStore): void {
  const anySteps = fc.array(anyStep, { minLength: 4, maxLength: 24 });
  /** Starts in quarters of a day from now, lengths in three hours. */
  const anyRange = fc.tuple(fc.integer({ min: -6, max: 40 }), fc.integer({ min: 1, max: 40 }));

  test('every tier agrees with a slow twin, whatever the order of arrival, lateness and maintenance', async () => {
    await fc.assert(
      fc.asyncProperty(anySteps, fc.tuple(anyRange, anyRange, anyRange), async (steps, ranges) => {
        const { store, twin, nowMs } = await taken(open, steps);
        for (const [start, length] of ranges) {
          const fromMs = noon + start * 6 * hour + start * 123_456;
          const query = { group: 1, measure: 'cpu', fromMs, toMs: fromMs + length * 3 * hour };
          const answer = await store.tree(query);
          expect(answer.fromMs).toBeLessThanOrEqual(query.fromMs);
          expect(answer.toMs).toBeGreaterThanOrEqual(query.toMs);
          expect(weightsOf(answer.tree)).toEqual(twin.weights(1, 'cpu', answer));
        }
        for (const tier of ['PT5M', 'PT1H', 'P1D'] as const) {
          const range = { fromMs: midnight - 10 * day, toMs: nowMs + day };
          const points = await store.timeline({ group: 2, measure: 'cpu', ...range, tier });
          const kept = nowMs - daysOf[tier] * day;
          const expected = [...twin.totals(2, 'cpu', tierMs[tier])].filter(([t]) => t >= kept);
          const found = points.filter(({ t }) => t >= kept).map(({ t, total }) => [t, total]);
          expect(found).toEqual(expected.sort(([a], [b]) => a - b));
        }
      }),
      { numRuns: 8 },
    );
  });
}
