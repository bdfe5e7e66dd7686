import type { UploadMetadata } from '@everflame/api';
import type { Labels, ProblemCode } from '@everflame/model';
import type { z } from 'zod';
import type { Limits } from '../limits.ts';
import type { InstanceFacts, PreparedProfile } from '../storage/profile-store.ts';

export type Metadata = z.output<typeof UploadMetadata>;

/** What the front door hands to a decoder thread: bytes as they came, and what was said beside them. */
export interface DecodeJob {
  readonly body: Uint8Array;
  readonly contentEncoding: string;
  readonly contentType: string;
  readonly metadata: Metadata;
  readonly hints: UploadHints;
  readonly limits: Limits;
}

/** Query parameters of an upload that say what the numbers of a bare file mean. */
export interface UploadHints {
  readonly sampleType?: string | undefined;
  readonly unit?: 'ns' | 'bytes' | 'count' | 'samples' | undefined;
  readonly sampleRateHz?: number | undefined;
  readonly fileName?: string | undefined;
}

/** What comes back: ready for the store but for the checks that need a clock. */
export interface DecodedUpload {
  readonly format: string;
  readonly token?: string | undefined;
  readonly startMs?: number | undefined;
  readonly endMs?: number | undefined;
  /** When it was made, by its own clock, where it covers no time and nobody said more. */
  readonly momentMs?: number | undefined;
  /** How long it was profiled. Undefined where nothing says, and for what covers no time. */
  readonly lengthMs?: number | undefined;
  readonly profile: PreparedProfile;
  /** Labels of the uploader's own choice, which `profile` does not have yet. */
  readonly ownLabels: Labels;
  readonly facts: InstanceFacts;
  readonly warnings: readonly string[];
  /** What the upload holds in memory until it is stored, about. */
  readonly bytes: number;
  readonly decodeMs: number;
}

/** Errors lose their class on the way between threads, so a Problem travels as its parts. */
export type DecodeReply =
  | { readonly kind: 'decoded'; readonly upload: DecodedUpload }
  | { readonly kind: 'problem'; readonly code: ProblemCode; readonly detail: string }
  | { readonly kind: 'bug'; readonly message: string; readonly stack: string };
