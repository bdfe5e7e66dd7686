const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

interface FrameHeader {
  readonly bytes: number;
  readonly window: number;
  readonly hasChecksum: boolean;
}

/**
 * The largest window that any frame of a zstd stream asks for (RFC 8878 §3.1), read from the headers alone.
 * Undefined where the stream ends before its last frame does.
 */
export function largestZstdWindow(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let largest = 0;
  let at = 0;
  while (at < view.byteLength) {
    const next = frameEnd(view, at);
    if (next === undefined) return undefined;
    largest = Math.max(largest, next.window);
    at = next.end;
  }
  return largest;
}

function frameEnd(
  view: DataView,
  at: number,
): { readonly end: number; readonly window: number } | undefined {
  if (at + 8 > view.byteLength) return undefined;
  const magic = view.getUint32(at, true);
  if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) {
    return within(view, at + 8 + view.getUint32(at + 4, true), 0);
  }
  // Not zstd: the decoder says so better.
  if (magic !== FRAME_MAGIC) return { end: view.byteLength, window: 0 };
  const header = frameHeader(view, at + 4);
  if (!header) return undefined;
  let block = at + 4 + header.bytes;
  for (;;) {
    if (block + 3 > view.byteLength) return undefined;
    const head = view.getUint16(block, true) | (view.getUint8(block + 2) << 16);
    const isRunLength = ((head >> 1) & 3) === 1;
    block += 3 + (isRunLength ? 1 : head >> 3);
    if ((head & 1) === 1) break;
  }
  return within(view, block + (header.hasChecksum ? 4 : 0), header.window);
}

const within = (view: DataView, end: number, window: number) =>
  end > view.byteLength ? undefined : { end, window };

function frameHeader(view: DataView, at: number): FrameHeader | undefined {
  const descriptor = view.getUint8(at);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const windowBytes = isSingleSegment ? 0 : 1;
  const bytes = 1 + windowBytes + dictionaryBytes + sizeBytes;
  if (at + bytes > view.byteLength) return undefined;
  const hasChecksum = (descriptor & 4) !== 0;
  if (isSingleSegment) {
    const window = contentSize(view, at + 1 + dictionaryBytes, sizeBytes);
    return { bytes, window, hasChecksum };
  }
  const code = view.getUint8(at + 1);
  const base = 2 ** (10 + (code >> 3));
  return { bytes, window: base + (base / 8) * (code & 7), hasChecksum };
}

function contentSize(view: DataView, at: number, sizeBytes: number): number {
  if (sizeBytes === 1) return view.getUint8(at);
  // Two bytes count from 256, for smaller sizes take one.
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  return Number(view.getBigUint64(at, true));
}
