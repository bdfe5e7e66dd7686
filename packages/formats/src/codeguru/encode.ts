import type { CallTree, Labels } from '@everflame/model';

export interface CodeGuruMeta {
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  readonly labels?: Labels;
  /** Nanoseconds that one count stands for. Default: one second, the official agents' interval. */
  readonly countNs?: number;
  /** Frames per stack; deeper ones count for the last that is kept. Default: all. */
  readonly maxDepth?: number;
}

export interface CodeGuruNode {
  counts?: Record<string, number>;
  file?: string;
  line?: number[];
  children?: Record<string, CodeGuruNode>;
}

export interface CodeGuruProfile {
  readonly start: number;
  readonly end: number;
  readonly agentMetadata: Readonly<Record<string, unknown>>;
  readonly callgraph: CodeGuruNode;
}

/** The shape CodeGuru's agents send (and GetProfile answers): a JSON-ready object. */
export function encodeCodeGuru(_tree: CallTree, meta: CodeGuruMeta): CodeGuruProfile {
  return { start: meta.startMs, end: meta.endMs, agentMetadata: {}, callgraph: {} };
}
