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
  /** Of the packed ids last seen, by bytes from their end: the row of the ids complete there, and their bytes. */
  #rowAt = new Int32Array(1024);
  #doneAt = new Int32Array(1024);
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

  /** Of location ids packed from byte `start`, before which stands their length, to `end`. */
  packed(start: number, end: number): number {
    const bytes = this.#bytes;
    if (end === start) return 0;
    if (bytes[end - 1]! > 0x7f) {
      throw new Problem('corrupt-profile', `At byte ${end}, a location id is cut off.`);
    }
    let known = this.#common(end, Math.min(end - start, this.#lastEnd - this.#lastStart));
    // Where an id goes on that was complete there, it is another one.
    if (bytes[end - 1 - known]! > 0x7f) known--;
    this.#lastStart = start;
    this.#lastEnd = end;
    return this.#walk(start, end, known);
  }

  /** How many bytes, at most `most`, before `end` equal those before the end of the ids last seen. */
  #common(end: number, most: number): number {
    const view = this.#view;
    const bytes = this.#bytes;
    const lastEnd = this.#lastEnd;
    let common = 0;
    for (; common + 4 <= most; common += 4) {
      const differing =
        view.getInt32(end - 4 - common, true) ^ view.getInt32(lastEnd - 4 - common, true);
      if (differing !== 0) return common + (Math.clz32(differing) >> 3);
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

  /** Reads ids backwards from `end` to `start`; `known` bytes of them are those of the sample before. */
  #walk(start: number, end: number, known: number): number {
    this.#makeRoom(end - start);
    const bytes = this.#bytes;
    const sites = this.#siteOfId;
    const rowAt = this.#rowAt;
    const doneAt = this.#doneAt;
    let row = rowAt[known]!;
    let done = doneAt[known]!;
    let at = end - 1 - done;
    while (at >= start) {
      // One byte or two, without a branch that nobody could predict.
      const before = bytes[at - 1]!;
      const two = before >>> 7;
      let id = (bytes[at]! << (two * 7)) | (before & 0x7f & -two);
      let size = done + 1;
      rowAt[size] = row;
      doneAt[size] = done;
      size += two;
      at -= 1 + two;
      while (bytes[at]! > 0x7f) {
        rowAt[size] = row;
        doneAt[size++] = done;
        id = size - done > 4 ? LONG : (id << 7) | (bytes[at]! & 0x7f);
        at--;
      }
      const site = id < sites.length ? sites[id]! : 0;
      if (site !== 0) row = this.#stacks.child(row, site);
      else row = this.#child(row, id === LONG ? longId(bytes, at + 1, end - 1 - done) : id);
      rowAt[size] = row;
      doneAt[size] = size;
      done = size;
    }
    return row;
  }

  /** No id has more than ten bytes. */
  #makeRoom(bytes: number): void {
    if (bytes < this.#rowAt.length) return;
    if (bytes > this.#maxDepth * 10) throw tooDeep(Math.ceil(bytes / 10), this.#maxDepth);
    while (bytes >= this.#rowAt.length) {
      this.#rowAt = grown(this.#rowAt, Int32Array);
      this.#doneAt = grown(this.#doneAt, Int32Array);
    }
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
