import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Below this, headers and effort outweigh what is saved. */
const MIN_BYTES = 1024;
const compressible =
  /^(application\/(json|problem\+json|vnd\.profile-tree|manifest\+json)|text\/|image\/svg)/;

/** Accept-Encoding by preference of ours: brotli at quality 4 is as fast as gzip and smaller on trees. */
function codingFor(accept: string): 'br' | 'gzip' | undefined {
  const accepts = (coding: string) =>
    accept.split(',').some((part) => {
      const [name, quality] = part.trim().split(/;\s*q=/);
      return name === coding && Number(quality ?? 1) > 0;
    });
  if (accepts('br')) return 'br';
  return accepts('gzip') ? 'gzip' : undefined;
}

const squeeze = (bytes: Uint8Array, coding: 'br' | 'gzip'): Promise<Uint8Array> =>
  coding === 'br'
    ? brotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
    : gzipped(bytes, { level: 6 });

/** A successful answer to a GET, with an ETag, not sent again where the client has it, and compressed. */
export async function compressed(request: Request, response: Response): Promise<Response> {
  const type = response.headers.get('content-type') ?? '';
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  if (!isReading || response.status !== 200 || !compressible.test(type)) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  // Weak, for one tag stands for the answer in every coding.
  const tag = `W/"${createHash('sha1').update(bytes).digest('base64url')}"`;
  headers.set('etag', tag);
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-cache');
  headers.append('vary', 'accept-encoding');
  if (request.headers.get('if-none-match')?.includes(tag)) {
    headers.delete('content-type');
    return new Response(null, { status: 304, headers });
  }
  const coding = codingFor(request.headers.get('accept-encoding') ?? '');
  if (bytes.length < MIN_BYTES || !coding) return new Response(bytes, { headers });
  headers.set('content-encoding', coding);
  return new Response(await squeeze(bytes, coding), { headers });
}
