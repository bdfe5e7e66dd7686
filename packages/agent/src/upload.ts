import type { UploadMetadata } from '@everflame/api';
import type { Recording } from './sampler.ts';

/** One profile on its way, as the bytes that every attempt sends. */
export interface Upload {
  readonly token: string;
  readonly endMs: number;
  /** multipart/form-data with `boundaryOf(token)`. */
  readonly body: Uint8Array;
  /** Where it already lies in the buffer folder. */
  readonly file?: string;
}

// Made of the token, so that a body read back from a file needs nothing else to be sent.
const boundaryOf = (token: string) => `everflame-${token}`;

export const contentTypeOf = ({ token }: Upload): string =>
  `multipart/form-data; boundary=${boundaryOf(token)}`;

export function uploadOf(
  metadata: UploadMetadata & { readonly token: string },
  { endMs, files }: Recording,
): Upload {
  const { token } = metadata;
  const boundary = boundaryOf(token);
  const part = (disposition: string, type: string, bytes: string | Uint8Array) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\ncontent-type: ${type}\r\n\r\n`,
    ),
    Buffer.from(bytes),
    Buffer.from('\r\n'),
  ];
  const body = Buffer.concat([
    ...part('name="metadata"', 'application/json', JSON.stringify(metadata)),
    ...files.flatMap(({ name, bytes }) =>
      part(`name="profile"; filename="${name}"`, 'application/octet-stream', bytes),
    ),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return { token, endMs, body };
}
