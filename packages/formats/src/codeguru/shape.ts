import type { Limits } from '../format.ts';

/** A frame is two levels (the node, its children), and some more lie around the call graph. */
const LEVELS_PER_FRAME = 2;
const MORE_LEVELS = 16;
/** A node with everything it may have: counts of seven states, file, line range. */
const VALUES_PER_NODE = 10;
/** The node, its counts, lines and children. */
const CONTAINERS_PER_NODE = 4;
const MORE_CONTAINERS = 100;

/** How deep a body may be, and how many values it may have, whatever it is written in. */
export const shapeWithin = (limits: Limits) => ({
  depth: limits.depth * LEVELS_PER_FRAME + MORE_LEVELS,
  values: limits.nodes * VALUES_PER_NODE,
  containers: limits.nodes * CONTAINERS_PER_NODE + MORE_CONTAINERS,
});
