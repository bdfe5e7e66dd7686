import { decodeProfileTree, encodeProfileTree } from '@everflame/api/profile-tree';
import {
  type CallTree,
  CallTreeBuilder,
  FrameTableBuilder,
  frameIds,
  hashOfHex,
  knownMeasures,
  nodeIds,
  subtree,
  sumStates,
  threadStates,
  totals,
  truncate,
} from '@everflame/model';
// biome-ignore lint/correctness/noUndeclaredDependencies: imported by tests alone, as everything here
import fc from 'fast-check';
import { type FlameTree, flameTree } from './flame-tree.ts';

/** For tests: stacks of one-letter functions with whole weights, half of them spent waiting. */
export const anyCallTree = (): fc.Arbitrary<CallTree> =>
  fc
    .array(
      fc.record({
        stack: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 7 }),
        running: fc.nat(40),
        blocked: fc.nat(3),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((samples) => {
      const frames = new FrameTableBuilder();
      const builder = new CallTreeBuilder(frames);
      const running: number[] = [];
      const blocked: number[] = [];
      for (const sample of samples) {
        let node = 0;
        for (const name of sample.stack)
          node = builder.child(node, frames.row(name, `${name}.ts`, '', 'nodejs'), 1, 2);
        running[node] = (running[node] ?? 0) + sample.running;
        blocked[node] = (blocked[node] ?? 0) + sample.blocked;
      }
      const column = (state: 'RUNNABLE' | 'BLOCKED', self: readonly number[]) => ({
        measure: knownMeasures.wall,
        state,
        self: Float64Array.from({ length: builder.length }, (_, node) => self[node] ?? 0),
      });
      return builder.build([column('RUNNABLE', running), column('BLOCKED', blocked)]);
    });

/** What a server answers for a tree: its heaviest nodes, those below `root` alone where one is given. */
export function answered(tree: CallTree, maxNodes: number, root?: string): FlameTree {
  const ids = nodeIds(tree, frameIds(tree.frames));
  const whole = root === undefined ? tree : subtree(tree, ids.indexOf(hashOfHex(root) ?? 0n));
  const weight = totals(whole, sumStates(whole, 'wall', threadStates));
  const encoded = encodeProfileTree({
    tree: truncate(whole, { weight, maxNodes }),
    measure: knownMeasures.wall,
    order: 'heavy',
    header: {
      fromMs: 0,
      toMs: 1,
      tier: 'PT5M',
      count: 1000,
      profiles: 1,
      treeNodes: whole.length,
      root,
    },
  });
  return flameTree(decodeProfileTree(encoded));
}

export const anyTree = (): fc.Arbitrary<FlameTree> =>
  fc
    .tuple(anyCallTree(), fc.integer({ min: 1, max: 60 }))
    .map(([tree, maxNodes]) => answered(tree, maxNodes));

/** Path of names → [self, elided, total], for comparing trees whatever the order of their nodes. */
export function weightsByPath(tree: FlameTree): Map<string, readonly [number, number, number]> {
  const paths: string[] = [];
  const weights = new Map<string, readonly [number, number, number]>();
  for (let i = 0; i < tree.length; i++) {
    const parent = tree.parent[i]!;
    paths[i] = parent < 0 ? '' : `${paths[parent]}/${tree.frames.name[tree.frame[i]!]}`;
    weights.set(paths[i]!, [tree.self[i]!, tree.elided[i]!, tree.total[i]!]);
  }
  return weights;
}
