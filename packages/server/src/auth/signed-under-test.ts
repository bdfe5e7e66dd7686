// biome-ignore lint/correctness/noUndeclaredDependencies: only test files sign.
import { CodeGuruProfilerClient } from '@aws-sdk/client-codeguruprofiler';

/** A request as the official signer is given it, and gives it back. */
export interface Plain {
  readonly method: string;
  /** Encoded once, as on the wire. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** In the header; so, without telling the hash of the body, as boto signs; or in the query. */
export type How = 'sign' | 'sign as boto' | 'presign';

interface By {
  readonly keyId: string;
  readonly secret: string;
  readonly atMs: number;
  readonly region?: string;
}

/** Signed by the signer that the official client uses. */
export async function officiallySigned(
  plain: Plain,
  { keyId, secret, atMs, region = 'us-east-1' }: By,
  how: How = 'sign',
): Promise<Plain> {
  const credentials = { accessKeyId: keyId, secretAccessKey: secret };
  const client = new CodeGuruProfilerClient({ region, credentials });
  const signer = (await client.config.signer()) as unknown as Record<
    'sign' | 'presign',
    (request: object, options: object) => Promise<Plain>
  >;
  if (how === 'sign as boto') Object.assign(signer, { applyChecksum: false });
  const request = { ...plain, protocol: 'http:', hostname: '127.0.0.1', query: { ...plain.query } };
  const { headers, query } = await signer[how === 'presign' ? 'presign' : 'sign'](request, {
    signingDate: new Date(atMs),
  });
  return { ...plain, headers, query };
}
