import { type CallTree, sumStates, type ThreadState, threadStates, totals } from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import fc from 'fast-check';
// biome-ignore lint/correctness/noUndeclaredDependencies: only test files call the contract.
import { expect, test } from 'vitest';
import { preparedProfile, uploadOf } from '../prepared-profile-fixture.ts';
import { type FrameWish, type ProfileStore, type Tier, tierMs } from '../profile-store.ts';
import { day, midnight, minutes5, noon, type OpenStore } from './open-store.ts';

/** Few names, so that stacks meet and call themselves. */
const names = ['a', 'b', 'c'] as const;

const anyDrawing = fc.record({
  stacks: fc
    .array(
      fc.tuple(
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 1000 }),
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((stacks) => stacks.map(([stack, weight]) => `${stack.join(';')} ${weight}`).join('\n')),
  state: fc.constantFrom<ThreadState>('RUNNABLE', 'BLOCKED', 'WAITING'),
});

const mostAgo = 20;

const anyUpload = fc.record({
  drawings: fc.uniqueArray(anyDrawing, { selector: ({ state }) => state, minLength: 1 }),
  /** Buckets before noon. */
  ago: fc.integer({ min: 0, max: mostAgo }),
  group: fc.constantFrom(1, 1, 2),
});

const anyStates = fc.option(
  fc.subarray<ThreadState>(['RUNNABLE', 'BLOCKED', 'WAITING'], { minLength: 1 }),
  { nil: undefined },
);

const anyWish = fc.record({ name: fc.constantFrom(...names, 'nobody'), states: anyStates });

/** Trees of all buckets that hold data. */
async function treesOf(store: ProfileStore, tier: Tier) {
  const step = tierMs[tier];
  const trees: { readonly t: number; readonly tree: CallTree }[] = [];
  for (let t = down(noon - mostAgo * minutes5, step); t < noon + step; t += step) {
    const { tree } = await store.tree({ group: 1, measure: 'cpu', fromMs: t, toMs: t + step });
    if (tree.columns.length > 0) trees.push({ t, tree });
  }
  return trees;
}

const down = (ms: number, step: number): number => ms - (ms % step);

/** The slow way: in the whole tree, the nodes of the frame that lie below no other of them. */
function fromTree(tree: CallTree, { name, states = threadStates }: FrameWish) {
  const ofNode = totals(tree, sumStates(tree, 'cpu', states));
  let total = 0;
  for (const [node, frame] of tree.frame.entries()) {
    if (tree.firstOnPath[node] === 1 && tree.frames.name[frame] === name) total += ofNode[node]!;
  }
  return { total, whole: ofNode[0]! };
}

export function framesAgreeWithTrees(open: OpenStore): void {
  test('frame series agree with the whole tree of every bucket, whatever calls itself', async () => {
    const anyCase = fc.record({
      uploads: fc.array(anyUpload, { minLength: 1, maxLength: 8 }),
      wishes: fc.array(anyWish, { minLength: 1, maxLength: 4 }),
      /** Hours that pass between uploads and questions. */
      passed: fc.constantFrom(0, 2, 30),
    });
    await fc.assert(
      fc.asyncProperty(anyCase, async ({ uploads, wishes, passed }) => {
        const retention = { daysOf: { PT5M: 9, PT1H: 9, P1D: 9 }, budgetBytes: 2 ** 30 };
        const { store } = await open({ retention, now: () => noon });
        await store.append(
          uploads.map(({ drawings, ago, group }) =>
            uploadOf(preparedProfile(...drawings), { group, startMs: noon - ago * minutes5 }),
          ),
        );
        await store.maintain(noon + passed * tierMs.PT1H);
        for (const tier of ['PT5M', 'PT1H', 'P1D'] as const) {
          const series = await store.frameSeries({
            ...{ group: 1, measure: 'cpu', fromMs: midnight, toMs: midnight + day },
            ...{ tier, frames: wishes },
          });
          const trees = await treesOf(store, tier);
          expect(series.t).toEqual(trees.map(({ t }) => t));
          for (const [index, wish] of wishes.entries()) {
            const { name, total, whole } = series.frames[index]!;
            const values = Array.from(total, (value, at) => ({ total: value, whole: whole[at]! }));
            expect(name).toBe(wish.name);
            expect(values).toEqual(trees.map(({ tree }) => fromTree(tree, wish)));
          }
        }
      }),
      { numRuns: 10 },
    );
  });
}
