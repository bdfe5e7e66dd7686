import { type Limits as FormatLimits, defaultLimits as formatLimits } from '@everflame/formats';

/** What one upload may cost, in all its parts together. Each limit has its own problem code. */
export interface Limits extends FormatLimits {
  /** Bytes of the request body as sent. */
  readonly bodyBytes: number;
  /** Decoding and preparing together. */
  readonly decodeMs: number;
  /** A body that takes longer to arrive is given up. */
  readonly uploadMs: number;
  /** Heap of one decoder thread. */
  readonly decoderHeapBytes: number;
}

/** Profiles of one process and window, such as wall and heap, come as parts of one upload. */
export const MAX_PARTS = 16;

/** Of a request that is no upload. A signature is verified over its body, so who reads it and who verifies must agree. */
export const SMALL_BODY_BYTES = 256 * 1024;

export const defaultLimits: Limits = {
  ...formatLimits,
  bodyBytes: 32 * 2 ** 20,
  decodeMs: 30_000,
  uploadMs: 60_000,
  decoderHeapBytes: 512 * 2 ** 20,
};
