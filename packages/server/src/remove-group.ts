import { Problem } from '@everflame/model';
import type { Needs } from './needs.ts';

/**
 * Deletes a group and its profiles. From the catalog first: an upload that arrives in between finds no
 * group, and one that had found it already is stopped by the writer. Throws Problem('unknown-group').
 */
export async function removeGroup(
  name: string,
  { catalog, writer, store, trees, frames, turns }: Needs,
): Promise<void> {
  const id = await catalog.deleteGroup(name);
  if (id === undefined) throw unknownGroup(name);
  writer.endGroup(id);
  await store.deleteGroup(id);
  trees.forget(id);
  frames.forget(id);
  turns.forget(id);
}

export const unknownGroup = (name: string) =>
  new Problem('unknown-group', `There is no profiling group “${name}”.`);
