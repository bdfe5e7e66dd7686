import { Problem } from '@everflame/model';

/** One self-contained recording: its ids, types and pools mean nothing in the next. */
export interface Chunk {
  /** Of its first byte in the file. */
  readonly start: number;
  readonly end: number;
  /** Of the first event in the file. */
  readonly body: number;
  /** Of the last checkpoint and the metadata in the file. */
  readonly constants: number;
  readonly metadata: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly startTicks: number;
  readonly ticksPerSecond: number;
  readonly compressed: boolean;
}

export interface Chunks {
  readonly list: readonly Chunk[];
  readonly warnings: readonly string[];
}

const MAGIC = [0x46, 0x4c, 0x52, 0x00];
const HEADER = 68;
/** A chunk a minute for a week. */
const MAX_CHUNKS = 10_080;
const COMPRESSED = 1;

export const hasMagic = (bytes: Uint8Array, at = 0): boolean =>
  MAGIC.every((byte, i) => bytes[at + i] === byte);

/**
 * A file is its chunks, one after the other. What follows the last whole one was still being written, or
 * was cut off, and is left out with a warning. Throws `truncated-profile` where there is no whole one.
 */
export function chunksOf(bytes: Uint8Array): Chunks {
  const list: Chunk[] = [];
  let at = 0;
  while (at < bytes.length) {
    const chunk = hasMagic(bytes, at) ? chunkAt(bytes, at) : undefined;
    if (!chunk) break;
    if (list.push(chunk) > MAX_CHUNKS) {
      throw new Problem('corrupt-profile', `The recording has more than ${MAX_CHUNKS} chunks.`);
    }
    at = chunk.end;
  }
  if (list.length === 0) throw new Problem('truncated-profile');
  const rest = bytes.length - at;
  const warnings =
    rest > 0 ? [`The last ${rest} bytes are no whole chunk; they were left out.`] : [];
  return { list, warnings };
}

/**
 * Undefined where the chunk goes on behind the end of the file, or its writer has not come to say where
 * it ends. One that is being written says so up to where it can be read.
 */
function chunkAt(bytes: Uint8Array, start: number): Chunk | undefined {
  if (start + HEADER > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, HEADER);
  const major = view.getUint16(4);
  if (major !== 1 && major !== 2) {
    throw new Problem('corrupt-profile', `Recordings of version ${major} are not known.`);
  }
  const number = (at: number) => Number(view.getBigInt64(at));
  const size = number(8);
  const constants = number(16);
  const metadata = number(24);
  if (size === 0 || constants === 0 || metadata === 0 || start + size > bytes.length) return;
  const isInside = (at: number) => at >= HEADER && at < size;
  if (size < HEADER || !isInside(constants) || !isInside(metadata)) {
    throw new Problem('corrupt-profile', `The chunk at byte ${start} contradicts its own size.`);
  }
  return {
    start,
    end: start + size,
    body: start + HEADER,
    constants: start + constants,
    metadata: start + metadata,
    ...clockOf(number(32), number(40)),
    startTicks: number(48),
    ticksPerSecond: ticksPerSecond(number(56)),
    compressed: (view.getUint8(67) & COMPRESSED) !== 0,
  };
}

function clockOf(startNs: number, durationNs: number): { startMs: number; endMs: number } {
  if (startNs < 0 || durationNs < 0) {
    throw new Problem(
      'invalid-time-range',
      `A chunk starts at ${startNs} ns and lasts ${durationNs} ns.`,
    );
  }
  return { startMs: Math.round(startNs / 1e6), endMs: Math.round((startNs + durationNs) / 1e6) };
}

function ticksPerSecond(ticks: number): number {
  if (ticks <= 0) throw new Problem('corrupt-profile', `The clock has ${ticks} ticks a second.`);
  return ticks;
}
