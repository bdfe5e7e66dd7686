import { type CallTree, type Column, depths } from '@everflame/model';

export interface CodeGuruMeta {
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** Frames per stack; what lies deeper counts for the last frame that is kept. Default: all. */
  readonly maxDepth?: number;
}

export interface CodeGuruNode {
  /** Own weight by thread state; WALL_TIME where the state is not known. */
  counts?: Record<string, number>;
  file?: string;
  /** [line], or [first, last]. */
  line?: number[];
  /** By frame name. */
  children?: Record<string, CodeGuruNode>;
}

export interface CodeGuruProfile {
  readonly start: number;
  readonly end: number;
  readonly agentMetadata: {
    /** Counts per second: seconds = count / weight. */
    readonly sampleWeights: Readonly<Record<string, number>>;
    readonly durationInMs: number;
    readonly agentInfo: { readonly type: string; readonly version: string };
    readonly measure: string;
  };
  readonly callgraph: CodeGuruNode;
}

/** How our own aggregates name themselves. Unlike those of an official agent, their weights are right. */
export const OWN_AGENT = 'Everflame';

/**
 * The shape that CodeGuru's agents send, and that GetProfile answers: ready for JSON. Counts are `wall` where
 * the tree has it, else `cpu`, else its first measure, in its own unit, so that nothing is rounded away. Frames
 * of one name under one caller become one node, for nodes are keyed by name.
 */
export function encodeCodeGuru(tree: CallTree, meta: CodeGuruMeta): CodeGuruProfile {
  const measureId = usualMeasure(tree);
  const columns = tree.columns.filter(({ measure }) => measure.id === measureId);
  const callgraph: CodeGuruNode = {};
  const nodes = graph(tree, callgraph, meta.maxDepth ?? Number.POSITIVE_INFINITY);
  for (const column of columns) addCounts(nodes, column);
  const perSecond = columns[0]?.measure.unit === 'ns' ? 1e9 : 1;
  return {
    start: meta.startMs,
    end: meta.endMs,
    agentMetadata: {
      sampleWeights: Object.fromEntries(columns.map(({ state }) => [counter(state), perSecond])),
      durationInMs: meta.endMs - meta.startMs,
      agentInfo: { type: OWN_AGENT, version: '1' },
      measure: measureId,
    },
    callgraph,
  };
}

function usualMeasure({ columns }: CallTree): string {
  const ids = columns.map(({ measure }) => measure.id);
  return ['wall', 'cpu'].find((id) => ids.includes(id)) ?? ids[0] ?? 'wall';
}

const counter = (state: string): string => (state === 'UNKNOWN' ? 'WALL_TIME' : state);

/** The node that each node of the tree counts for. Callers come before callees, so no recursion. */
function graph(tree: CallTree, root: CodeGuruNode, maxDepth: number): CodeGuruNode[] {
  const depth = depths(tree);
  const nodes: CodeGuruNode[] = [root];
  for (let node = 1; node < tree.length; node++) {
    const caller = nodes[tree.parent[node]!]!;
    nodes[node] = depth[node]! > maxDepth ? caller : child(caller, tree, node);
  }
  return nodes;
}

function child(caller: CodeGuruNode, { frames, frame, lineFrom, lineTo }: CallTree, row: number) {
  const name = frames.name[frame[row]!]!;
  // Names are not ours: one of "__proto__" must be a key like any other.
  caller.children ??= Object.create(null) as Record<string, CodeGuruNode>;
  const known = caller.children[name];
  const node: CodeGuruNode = known ?? {};
  if (!known) caller.children[name] = node;
  const file = frames.file[frame[row]!]!;
  if (file !== '') node.file ??= file;
  if (lineFrom[row] !== 0) node.line = widened(node.line, lineFrom[row]!, lineTo[row]!);
  return node;
}

function widened(line: readonly number[] | undefined, from: number, to: number): number[] {
  const first = Math.min(line?.[0] ?? from, from);
  const last = Math.max(line?.at(-1) ?? to, to);
  return first === last ? [first] : [first, last];
}

function addCounts(nodes: readonly CodeGuruNode[], column: Column): void {
  const key = counter(column.state);
  for (const [row, node] of nodes.entries()) {
    const count = Math.round(column.self[row]! + (column.elided?.[row] ?? 0));
    if (count <= 0) continue;
    node.counts ??= {};
    node.counts[key] = (node.counts[key] ?? 0) + count;
  }
}
