import { useEffect, useState } from 'preact/hooks';
import { askFlame } from '../api/questions.ts';
import { type FlameTree, nodeOfPath } from '../flame/flame-tree.ts';
import { spliced } from '../flame/rearrange.ts';
import { announce } from '../shell/clipboard.ts';

interface Expanded {
  readonly base: FlameTree;
  readonly tree: FlameTree;
}

/**
 * The tree with what was cut off filled in below the nodes that the reader asked for, again after each
 * refresh. Until all of it is there the picture before stays.
 * `addressBelow` gives the address of the tree below a path.
 */
export function useExpandedTree(
  base: FlameTree | undefined,
  addressBelow: (path: string) => string,
  key: string | undefined,
) {
  const [paths, setPaths] = useState<{ key: string | undefined; list: readonly string[] }>({
    key,
    list: [],
  });
  const [expanded, setExpanded] = useState<Expanded>();
  const list = paths.key === key ? paths.list : [];

  useEffect(() => {
    if (!base) return;
    const aborter = new AbortController();
    const fill = async () => {
      let tree = base;
      for (const path of list) {
        const node = nodeOfPath(tree, path);
        if (node === undefined) continue;
        const detail = await askFlame(addressBelow(path), aborter.signal);
        if (node === 0) tree = detail;
        else if (detail.length > 1) tree = spliced(tree, node, detail);
      }
      setExpanded({ base, tree });
    };
    fill().catch((cause: unknown) => {
      if (aborter.signal.aborted) return;
      announce(`Not loaded: ${cause instanceof Error ? cause.message : String(cause)}`);
      setExpanded({ base, tree: base });
    });
    return () => aborter.abort();
  }, [base, list.join()]);

  const expand = (path: string) => {
    if (!list.includes(path)) setPaths({ key, list: [...list, path] });
  };
  const isExpanded = (path: string) => list.includes(path);
  return { tree: list.length === 0 ? base : expanded?.tree, expand, isExpanded };
}
