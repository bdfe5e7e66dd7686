import { grown, Problem } from '@everflame/model';
import type { Limits } from '../format.ts';
import { PairTable } from '../pair-table.ts';
import type { StackTableBuilder } from '../stack-table-builder.ts';
import type { Locations } from './symbols.ts';

/**
 * From a sample's location ids to its row in the stack table, where decoding spends most of its time.
 *
 * Ids are written leaf first, so the walk from the root reads the packed varints backwards: a byte below
 * 0x80 ends a varint, whichever way one comes. Neighbouring samples share most of their callers. The
 * bytes they have in common at the end are therefore compared, not decoded, and the row reached at each
 * depth by the sample before is taken up again. bench/pprof-decode.bench.ts measures it.
 */
export class StackRows {
  readonly #bytes: Uint8Array;
  readonly #locations: Locations;
  readonly #stacks: StackTableBuilder;
  readonly #maxDepth: number;
  /** The site by location id; 0 where it takes more than that (inlined calls, large or dangling ids). */
  readonly #siteOfId: Int32Array;
  readonly #view: DataView;
  /** Of the packed ids last seen, root first: the row after each, and the bytes from there to the end. */
  #rowAt = new Int32Array(256);
  #sizeAt = new Int32Array(256);
  #lastDepth = 0;
  #lastStart = 0;
  #lastEnd = 0;
  /** (caller's row, location) of many lines, and where it leads: else its lines would be walked anew. */
  readonly #expansions: PairTable;
  readonly #expansionRow: number[] = [0];
  dangling = 0;

  constructor(
    bytes: Uint8Array,
    {
      locations,
      stacks,
      limits,
    }: { locations: Locations; stacks: StackTableBuilder; limits: Limits },
  ) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#locations = locations;
    this.#stacks = stacks;
    this.#maxDepth = limits.depth;
    this.#expansions = new PairTable(limits.nodes);
    this.#siteOfId = siteOfId(locations);
  }

  /** Of location ids packed from byte `start` to `end`. */
  packed(start: number, end: number): number {
    const bytes = this.#bytes;
    if (end > start && bytes[end - 1]! > 0x7f) {
      throw new Problem('corrupt-profile', `At byte ${end}, a location id is cut off.`);
    }
    const common = this.#common(end, Math.min(end - start, this.#lastEnd - this.#lastStart));
    const sizeAt = this.#sizeAt;
    let depth = this.#lastDepth;
    while (depth > 0 && sizeAt[depth - 1]! > common) depth--;
    // The last id in common may go on in this sample: then it is another id.
    const size = depth > 0 ? sizeAt[depth - 1]! : 0;
    if (size === common && end - size > start && bytes[end - 1 - size]! > 0x7f && depth > 0)
      depth--;
    this.#lastStart = start;
    this.#lastEnd = end;
    return this.#walk(start, end, depth);
  }

  /** How many bytes, at most `most`, before `end` equal those before the end of the ids last seen. */
  #common(end: number, most: number): number {
    const view = this.#view;
    const bytes = this.#bytes;
    const lastEnd = this.#lastEnd;
    let common = 0;
    while (
      common + 4 <= most &&
      view.getInt32(end - 4 - common) === view.getInt32(lastEnd - 4 - common)
    ) {
      common += 4;
    }
    while (common < most && bytes[end - 1 - common] === bytes[lastEnd - 1 - common]) common++;
    return common;
  }

  /** Of ids that came one by one, leaf first. */
  unpacked(ids: readonly (number | bigint)[]): number {
    let row = 0;
    for (let at = ids.length - 1; at >= 0; at--) row = this.#child(row, ids[at]!);
    return row;
  }

  /** Reads ids backwards from `end` to `start`; the first `known` are those of the sample before. */
  #walk(start: number, end: number, known: number): number {
    const bytes = this.#bytes;
    const sites = this.#siteOfId;
    let depth = known;
    let row = 0;
    let at = end - 1;
    if (depth > 0) {
      row = this.#rowAt[depth - 1]!;
      at -= this.#sizeAt[depth - 1]!;
    }
    while (at >= start) {
      const last = at--;
      while (at >= start && bytes[at]! > 0x7f) at--;
      const id = last - at === 1 ? bytes[last]! : shortId(bytes, at + 1, last);
      const site = id < sites.length ? sites[id]! : 0;
      if (site !== 0) row = this.#stacks.child(row, site);
      else row = this.#child(row, id === LONG ? longId(bytes, at + 1, last) : id);
      this.#remember(depth++, row, end - 1 - at);
    }
    this.#lastDepth = depth;
    return row;
  }

  #remember(depth: number, row: number, size: number): void {
    if (depth === this.#rowAt.length) this.#deepen(depth);
    this.#rowAt[depth] = row;
    this.#sizeAt[depth] = size;
  }

  #deepen(depth: number): void {
    if (depth > this.#maxDepth) throw tooDeep(depth, this.#maxDepth);
    this.#rowAt = grown(this.#rowAt, Int32Array);
    this.#sizeAt = grown(this.#sizeAt, Int32Array);
  }

  #child(parent: number, id: number | bigint): number {
    const { index, start } = this.#locations;
    const location = index.position(id);
    if (location < 0) {
      this.dangling++;
      return this.#stacks.child(parent, this.#locations.unknownSite());
    }
    if (start[location + 1]! - start[location]! <= FEW) return this.#expand(parent, location);
    const pair = this.#expansions.row(parent, location);
    this.#expansionRow[pair] ??= this.#expand(parent, location);
    return this.#expansionRow[pair];
  }

  #expand(parent: number, location: number): number {
    const { start, sites, lastSite } = this.#locations;
    let row = parent;
    for (let at = start[location]!; at < start[location + 1]!; at++) {
      row = this.#stacks.child(row, sites[at]!);
    }
    // A row of its own without samples: nodes know their range of lines by the rows that fall into them.
    const last = lastSite.get(location);
    if (last !== undefined) this.#stacks.child(parent, last);
    return row;
  }
}

/** Larger than any index of a table. */
const LONG = 0x7fffffff;

/** Lines of a location that are walked each time. */
const FEW = 4;

function siteOfId({ index, start, sites, lastSite }: Locations): Int32Array {
  const siteOf = new Int32Array(index.dense.length);
  for (let id = 1; id < siteOf.length; id++) {
    const location = index.dense[id]! - 1;
    if (location < 0 || lastSite.has(location)) continue;
    const from = start[location]!;
    if (start[location + 1]! - from === 1) siteOf[id] = sites[from]!;
  }
  return siteOf;
}

/** The varint of up to four bytes from `first` to `last`, else LONG: integers alone keep the walk fast. */
function shortId(bytes: Uint8Array, first: number, last: number): number {
  if (last - first === 1) return (bytes[last]! << 7) | (bytes[first]! & 0x7f);
  if (last - first > 3) return LONG;
  let id = 0;
  for (let at = last; at >= first; at--) id = (id << 7) | (bytes[at]! & 0x7f);
  return id;
}

function longId(bytes: Uint8Array, first: number, last: number): number | bigint {
  if (last - first > 9)
    throw new Problem('corrupt-profile', `At byte ${first}, an id is too long.`);
  let id = 0n;
  for (let at = last; at >= first; at--) id = (id << 7n) | BigInt(bytes[at]! & 0x7f);
  const unsigned = BigInt.asUintN(64, id);
  return unsigned <= Number.MAX_SAFE_INTEGER ? Number(unsigned) : unsigned;
}

const tooDeep = (depth: number, most: number): Problem =>
  new Problem(
    'stack-too-deep',
    `A stack has ${depth} frames or more; at most ${most} are accepted.`,
  );
