import type { Profile, Runtime, Unit } from '@everflame/model';

export type Codec = 'gzip' | 'zstd';

/**
 * Decompresses at most `maxBytes`; throws Problem('inflated-too-large') while inflating, never after,
 * so that a bomb costs no memory. Given from outside: this package runs in a browser as well.
 */
export type Inflate = (bytes: Uint8Array, codec: Codec, maxBytes: number) => Uint8Array;

/** What one upload may cost. Each has its own problem code. */
export interface Limits {
  /** Bytes after decompression: `inflated-too-large`. */
  readonly inflatedBytes: number;
  /** Rows of the stack table: `too-many-nodes`. */
  readonly nodes: number;
  /** Frames in one stack: `stack-too-deep`. */
  readonly depth: number;
  /** UTF-8 bytes (binary formats) or UTF-16 units (text) of one name: `string-too-long`. */
  readonly stringLength: number;
  /** Rows of the sample table: `too-many-samples`. */
  readonly samples: number;
}

/**
 * Ten times what the largest real uploads we know need (a Go heap of 41,000 samples, JVM stacks of
 * 2,048 frames), and still no more than some hundred megabytes while decoding.
 */
export const defaultLimits: Limits = {
  inflatedBytes: 256 * 1024 * 1024,
  nodes: 1_000_000,
  depth: 16_384,
  stringLength: 65_536,
  samples: 1_000_000,
};

/** What came beside the bytes: a content type, a file's name, query parameters. Each may be absent. */
export interface Hints {
  readonly contentType?: string;
  readonly fileName?: string;
  /** What the numbers mean where the format does not say: a pprof sample type, or one of our measures. */
  readonly sampleType?: string;
  /** Unit of folded counts. `samples` are turned into time with the sampling rate. Default: samples. */
  readonly unit?: Unit | 'samples';
  /** Samples a second and thread. */
  readonly sampleRateHz?: number;
  /** The window, where the format does not say (folded) or is wrong (pprof without a clock). */
  readonly startMs?: number;
  readonly endMs?: number;
  readonly runtime?: Runtime;
}

/** What a decoder may need beside the bytes, complete. */
export interface DecodeContext {
  readonly limits: Limits;
  readonly hints: Hints;
}

/** One format. The bytes are decompressed already. */
export interface Format {
  readonly name: string;
  /** `head` is the first 4 KiB. False wherever another format is as likely. */
  accepts(head: Uint8Array, hints: Hints): boolean;
  /** Throws nothing but Problems, whatever the bytes. */
  decode(bytes: Uint8Array, context: DecodeContext): Profile;
}

export interface DecodeOptions {
  readonly inflate: Inflate;
  readonly limits?: Partial<Limits>;
  readonly hints?: Hints;
}
