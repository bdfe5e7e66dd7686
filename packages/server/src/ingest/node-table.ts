import {
  type CallTree,
  CallTreeBuilder,
  FrameTableBuilder,
  nodesOfStacks,
  type Profile,
  runtimes,
} from '@everflame/model';

/** The stacks of several profiles as one tree, and where each stack of each profile went. */
export interface NodeTable {
  readonly tree: CallTree;
  /** A place is one (node, line): what samples are summed by. */
  readonly places: { readonly node: readonly number[]; readonly line: readonly number[] };
  /** Per profile: stack row → place, 0 (the root) for rows that no sample points at. */
  readonly placeOf: readonly Uint32Array[];
}

/** Stacks are unique in (parent, frame, line), nodes in (parent, frame), places in (node, line). */
export function nodeTable(profiles: readonly Profile[]): NodeTable {
  const [only] = profiles;
  const frames = only && profiles.length === 1 ? only.frames : new FrameTableBuilder();
  const builder = new CallTreeBuilder(frames);
  const places = new Places();
  const placeOf = profiles.map((profile) => {
    const row = frames instanceof FrameTableBuilder ? rowsIn(frames, profile) : undefined;
    return placesOf(profile, { builder, places, row });
  });
  return { tree: builder.build(), places, placeOf };
}

interface Into {
  readonly builder: CallTreeBuilder;
  readonly places: Places;
  /** Frame of the profile → frame of the table; the same row where undefined. */
  readonly row: Uint32Array | undefined;
}

/** Only stacks that were sampled have a place: most rows of a stack table are callers alone. */
function placesOf({ stacks, samples }: Profile, { builder, places, row }: Into): Uint32Array {
  const frame = row ? stacks.frame.map((own) => row[own] ?? 0) : stacks.frame;
  const nodeOf = nodesOfStacks({ ...stacks, frame }, builder);
  const placed = new Uint32Array(stacks.length);
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample] ?? 0;
    if (placed[stack] === 0) placed[stack] = places.at(nodeOf[stack] ?? 0, stacks.line[stack] ?? 0);
  }
  return placed;
}

function rowsIn(builder: FrameTableBuilder, { frames }: Profile): Uint32Array {
  const rows = new Uint32Array(frames.length);
  for (let frame = 1; frame < frames.length; frame++) {
    rows[frame] = builder.row(
      frames.name[frame] ?? '',
      frames.file[frame] ?? '',
      frames.module[frame] ?? '',
      runtimes[frames.runtime[frame] ?? 0] ?? 'other',
    );
  }
  return rows;
}

class Places {
  readonly node: number[] = [0];
  readonly line: number[] = [0];
  readonly #placeOfKey = new Map<number, number>([[0, 0]]);

  at(node: number, line: number): number {
    // Nodes stay below 2^21 by the limits and lines below 2^32, so the key is exact.
    const key = node * 2 ** 32 + line;
    let place = this.#placeOfKey.get(key);
    if (place === undefined) {
      place = this.node.push(node) - 1;
      this.line.push(line);
      this.#placeOfKey.set(key, place);
    }
    return place;
  }
}
