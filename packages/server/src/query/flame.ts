import { profileTreeType } from '@everflame/api';
import { decodeProfileTree, encodeProfileTree } from '@everflame/api/profile-tree';
import {
  type CallTree,
  frameIds,
  hashHex,
  hashOfHex,
  nodeIds,
  Problem,
  type SiblingOrder,
  subtree,
  sumStates,
  threadStates,
  totals,
  truncate,
} from '@everflame/model';
import type { TreeAnswer } from '../storage/profile-store.ts';

export interface FlameQuery {
  readonly measure: string;
  readonly order: SiblingOrder;
  readonly maxNodes: number;
  /** Path id of a node, 16 hex digits: only what lies below it. */
  readonly root?: string | undefined;
}

/** The heaviest nodes of a tree, as they cross the wire. Throws Problem('invalid-parameter' | 'unknown-node'). */
export function flame(answer: TreeAnswer, query: FlameQuery): Uint8Array<ArrayBuffer> {
  const { fromMs, toMs, tier, count, profiles } = answer;
  const { root, order } = query;
  const whole = root === undefined ? answer.tree : below(answer.tree, root);
  // Ranked over all states that were asked for, so that one tree serves every view of them.
  const column = sumStates(whole, query.measure, threadStates);
  const tree = truncate(whole, { weight: totals(whole, column), maxNodes: query.maxNodes });
  return encodeProfileTree({
    tree,
    measure: column.measure,
    order,
    header: { fromMs, toMs, tier, count, profiles, treeNodes: whole.length, root },
  });
}

function below(tree: CallTree, root: string): CallTree {
  const id = hashOfHex(root.toLowerCase());
  if (id === undefined) {
    throw new Problem('invalid-parameter', `“root” takes 16 hex digits, not “${root}”.`);
  }
  const node = nodeIds(tree, frameIds(tree.frames)).indexOf(id);
  if (node < 0) throw new Problem('unknown-node', `The range has no call-tree node “${root}”.`);
  return subtree(tree, node);
}

/** The same for readers without a decoder: columns as lists, nodes in preorder. */
export function flameJson(encoded: Uint8Array): string {
  const { header, frames, frameId, depth, frame, lineFrom, lineTo, elidedNodes, states } =
    decodeProfileTree(encoded);
  return JSON.stringify({
    ...header,
    frames: {
      id: [...frameId].map(hashHex),
      name: frames.name,
      file: frames.file,
      module: frames.module,
    },
    nodes: {
      depth: [...depth],
      frame: [...frame],
      lineFrom: [...lineFrom],
      lineTo: [...lineTo],
      elidedNodes: [...elidedNodes],
    },
    states: Object.fromEntries(
      states.map(({ state, self, elided }) => [
        state,
        { self: [...self], ...(elided ? { elided: [...elided] } : {}) },
      ]),
    ),
  });
}

/** Whether an Accept header would rather have JSON than the binary tree. */
export const wantsJson = (accept: string): boolean =>
  accept.includes('application/json') && !accept.includes(profileTreeType);
