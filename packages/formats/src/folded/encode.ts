import type { CallTree, Column } from '@everflame/model';

/**
 * Folded text of one column: `root;caller;callee 12`, one line per node with a weight of its own.
 * `;` in a name becomes `:` and line breaks become spaces, as every other writer does: readers know no escape.
 */
export function encodeFolded(_tree: CallTree, _column: Column): string {
  return '';
}
