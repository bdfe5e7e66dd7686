/** What one upload may cost. Each limit has its own problem code. */
export interface Limits {
  /** Bytes of the request body as sent. */
  readonly bodyBytes: number;
  /** Bytes after any decompression, checked while inflating. */
  readonly inflatedBytes: number;
  readonly nodes: number;
  readonly depth: number;
  readonly stringLength: number;
  readonly samples: number;
  /** Decoding and preparing together. */
  readonly decodeMs: number;
  /** A body that takes longer to arrive is given up. */
  readonly uploadMs: number;
  /** Heap of one decoder thread. */
  readonly decoderHeapBytes: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 32 * 2 ** 20,
  inflatedBytes: 256 * 2 ** 20,
  nodes: 2_000_000,
  depth: 4096,
  stringLength: 16_384,
  samples: 5_000_000,
  decodeMs: 30_000,
  uploadMs: 60_000,
  decoderHeapBytes: 2 ** 30,
};
