import {
  CallTreeBuilder,
  type Column,
  FrameTableBuilder,
  frameIds,
  frameWeights,
  knownMeasures,
  type Labels,
  type Measure,
  nodeIds,
  type Runtime,
  type ThreadState,
} from '@everflame/model';
import type {
  InstanceFacts,
  PreparedFrameSeries,
  PreparedProfile,
  PreparedSeries,
  Upload,
} from './profile-store.ts';

/** Self weights drawn as text, for tests. */
export interface DrawnSeries {
  /** A line per stack, from the root: `main;parse:12;read 30`. `:12` is the line executed in that frame. */
  readonly stacks: string;
  readonly measure?: Measure;
  readonly state?: ThreadState;
  readonly labels?: Labels;
  readonly runtime?: Runtime;
}

/** A profile ready to be appended, from drawings: one series each. A raw observation stands behind every line. */
export function preparedProfile(...drawings: readonly DrawnSeries[]): PreparedProfile {
  const frames = new FrameTableBuilder();
  const builder = new CallTreeBuilder(frames);
  const drawn = drawings.map((drawing) => leavesOf(drawing, frames, builder));
  const tree = builder.build();
  const frameId = frameIds(tree.frames);
  return {
    frames: tree.frames,
    frameId,
    nodes: { ...tree, id: nodeIds(tree, frameId) },
    series: drawn,
    frameSeries: drawn.map((series) => frameSeriesOf(series, tree)),
  };
}

/** An upload of such a profile, of one minute from `startMs` on. */
export function uploadOf(
  profile: PreparedProfile,
  about: Partial<Omit<Upload, 'profile' | 'facts'>> & { readonly facts?: Partial<InstanceFacts> },
): Upload {
  const { group = 1, token, startMs = 0, endMs = startMs + 60_000, facts } = about;
  const instance: InstanceFacts = {
    instance: 'instance-1',
    agent: 'test',
    agentVersion: '1',
    runtime: 'nodejs',
    durationSeconds: (endMs - startMs) / 1000,
    ...facts,
  };
  return { group, token, startMs, endMs, profile, facts: instance };
}

function leavesOf(
  {
    stacks,
    measure = knownMeasures.cpu,
    state = 'UNKNOWN',
    labels = {},
    runtime = 'other',
  }: DrawnSeries,
  frames: FrameTableBuilder,
  builder: CallTreeBuilder,
): PreparedSeries {
  const selfOf = new Map<string, { node: number; line: number; self: number }>();
  const lines = stacks.split('\n').filter((line) => line.trim() !== '');
  for (const text of lines) {
    const [, stack = '', weight = ''] = /^\s*(.*\S)\s+(\S+)\s*$/.exec(text) ?? [];
    let node = 0;
    let line = 0;
    for (const cell of stack.split(';')) {
      const [, name = cell, number = '0'] = /^(.+?)(?::(\d+))?$/.exec(cell) ?? [];
      line = Number(number);
      node = builder.child(node, frames.row(name, '', '', runtime), line);
    }
    const key = `${node}:${line}`;
    const row = selfOf.get(key) ?? { node, line, self: 0 };
    row.self += Number(weight);
    selfOf.set(key, row);
  }
  const rows = [...selfOf.values()];
  return {
    measure,
    state,
    labels,
    count: lines.length,
    total: rows.reduce((sum, { self }) => sum + self, 0),
    node: Uint32Array.from(rows, ({ node }) => node),
    line: Uint32Array.from(rows, ({ line }) => line),
    self: Float64Array.from(rows, ({ self }) => self),
  };
}

function frameSeriesOf(
  { measure, state, node, self }: PreparedSeries,
  tree: ReturnType<CallTreeBuilder['build']>,
): PreparedFrameSeries {
  const column: Column = { measure, state, self: new Float64Array(tree.length) };
  for (const [row, weight] of self.entries()) column.self[node[row]!]! += weight;
  const weights = frameWeights(tree, column);
  const frame = Uint32Array.from(
    [...weights.total.keys()].filter((row) => row > 0 && weights.total[row] !== 0),
  );
  return {
    measure,
    state,
    frame,
    self: Float64Array.from(frame, (row) => weights.self[row]!),
    total: Float64Array.from(frame, (row) => weights.total[row]!),
  };
}
