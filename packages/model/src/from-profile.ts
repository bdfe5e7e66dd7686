import type { CallTree } from './call-tree.ts';
import { CallTreeBuilder } from './call-tree-builder.ts';
import { ColumnSet } from './column-set.ts';
import { threadStates } from './measure.ts';
import type { Profile, StackTable } from './profile.ts';

/**
 * The call tree of a whole profile, one column per measure and thread state that has weight.
 * Stacks that differ only in their lines fall together into nodes with a range of lines.
 */
export function callTreeOf(profile: Profile): CallTree {
  const builder = new CallTreeBuilder(profile.frames);
  const nodeOf = nodesOfStacks(profile.stacks, builder);
  const columns = new ColumnSet(builder.length);
  const { samples } = profile;
  for (const [index, measure] of profile.measures.entries()) {
    const values = samples.values[index]!;
    const selfOf: (Float64Array | undefined)[] = threadStates.map(() => undefined);
    for (let row = 0; row < samples.length; row++) {
      const value = values[row]!;
      if (value === 0) continue;
      const state = samples.state[row]!;
      selfOf[state] ??= columns.column(measure, threadStates[state]!).self;
      selfOf[state][nodeOf[samples.stack[row]!]!]! += value;
    }
  }
  return builder.build(columns.build());
}

/** The tree node of every row of a stack table, made in the builder as needed. */
export function nodesOfStacks(stacks: StackTable, builder: CallTreeBuilder): Int32Array {
  const nodeOf = new Int32Array(stacks.length);
  for (let row = 1; row < stacks.length; row++) {
    nodeOf[row] = builder.child(
      nodeOf[stacks.parent[row]!]!,
      stacks.frame[row]!,
      stacks.line[row]!,
    );
  }
  return nodeOf;
}
