import type { CallTree, Column } from '@everflame/model';

/**
 * Folded text of one column: `root;caller;callee 12`, a line per node with weight of its own (what was
 * elided below it included), rounded to whole units. Weight of the root itself has no stack and goes
 * under `(root)`.
 *
 * In names `;` becomes `:` and control characters become spaces: the format has no escapes, and
 * readers of all tools would show one as it is. This cannot be undone.
 */
export function encodeFolded(tree: CallTree, column: Column): string {
  const { parent, frame, frames } = tree;
  const names = frames.name.map(plainName);
  // Ropes: a node's text shares its caller's.
  const stacks: string[] = new Array(tree.length).fill('');
  const lines: string[] = [];
  for (let node = 0; node < tree.length; node++) {
    if (node > 0) {
      const callers = stacks[parent[node]!]!;
      const name = names[frame[node]!]!;
      stacks[node] = callers === '' ? name : `${callers};${name}`;
    }
    const weight = Math.round(column.self[node]! + (column.elided?.[node] ?? 0));
    if (weight > 0) lines.push(`${stacks[node] || '(root)'} ${weight}\n`);
  }
  return lines.join('');
}

/** A name no reader can take for something else: not empty, no separator, nothing invisible. */
function plainName(name: string): string {
  const plain = name
    .replaceAll(';', ':')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
  return plain === '' ? '(unknown)' : plain;
}
