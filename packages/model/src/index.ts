export { high, isLittleEndian, low } from './byte-order.ts';
export type { CallTree, Column } from './call-tree.ts';
export { CallTreeBuilder } from './call-tree-builder.ts';
export { callers } from './callers.ts';
export { difference, inBoth, onlyInA, onlyInB, type TreeDifference } from './difference.ts';
export { firstOnPath } from './first-on-path.ts';
export { type FrameTable, type Runtime, runtimes } from './frame-table.ts';
export { FrameTableBuilder } from './frame-table-builder.ts';
export { type FrameWeights, frameWeights } from './frame-weights.ts';
export { callTreeOf, nodesOfStacks } from './from-profile.ts';
export { grown } from './grown.ts';
export { frameIds, hashHex, hashOfHex, nodeIds, rootNodeId } from './identity.ts';
export { wilson } from './interval.ts';
export { leafState, leafStateTeller } from './leaf-state.ts';
export {
  cpuStates,
  knownMeasures,
  latencyStates,
  type Measure,
  measureNamed,
  type Temporality,
  type ThreadState,
  threadStates,
  type Unit,
} from './measure.ts';
export { mergeTrees } from './merge.ts';
export { normaliseFile, normaliseName, threadGroup } from './normalise.ts';
export { preorder, type SiblingOrder } from './order.ts';
export { depths, path } from './path.ts';
export { draw, type PictureOptions, profileOf, treeOf } from './picture.ts';
export { Problem, type ProblemCode, problems } from './problem.ts';
export type {
  Fact,
  Labels,
  Link,
  Profile,
  Quality,
  SampleTable,
  StackTable,
  Thread,
} from './profile.ts';
export { callees, subtree } from './subtree.ts';
export { sumStates } from './sum-states.ts';
export { totals } from './totals.ts';
export { type TruncatedTree, truncate } from './truncate.ts';
