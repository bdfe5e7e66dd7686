import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '@everflame/model';
import { canonicalRequest, type Signable } from './canonical-request.ts';

/** AWS Signature Version 4, as a service verifies it; the sentences are AWS's own. */

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TERMINATOR = 'aws4_request';
const SKEW_MINUTES = 5;
const SKEW_MS = SKEW_MINUTES * 60_000;
const LONGEST_EXPIRY_SECONDS = 7 * 86_400;
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** What a signed request says of its signature. */
export interface Claim {
  readonly keyId: string;
  /** `date/region/service/aws4_request`. */
  readonly scope: string;
  /** In lower case, sorted. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hex. */
  readonly signature: string;
  /** `20150830T123600Z`. */
  readonly time: string;
  /** How long a presigned request may be used. */
  readonly expiresSeconds?: number | undefined;
  /** What it says the SHA-256 of its body is, or UNSIGNED_PAYLOAD; undefined: it does not say. */
  readonly payloadHash?: string | undefined;
}

/** Undefined where a request bears no such signature. Throws Problem('malformed-signature' | 'wrong-signature'). */
export function claimOf(request: Signable, service: string): Claim | undefined {
  const authorization = header(request, 'authorization') ?? '';
  const parameters = new URLSearchParams(request.query);
  const isInHeader = /^AWS4-/.test(authorization);
  const isInQuery = parameters.has('X-Amz-Algorithm');
  if (!isInHeader && !isInQuery) return undefined;
  // What a presigned address says of its end holds for it alone: its signature is none for the header.
  if (isInHeader && isInQuery)
    throw malformed('A request is signed in its header or in its query.');
  const claim = isInHeader ? headerClaim(authorization, request) : queryClaim(parameters, request);
  refuseForeignScope(claim, service);
  refuseUnsigned(claim, request);
  return claim;
}

function headerClaim(authorization: string, request: Signable): Claim {
  const [algorithm, ...rest] = authorization.split(' ');
  if (algorithm !== ALGORITHM) throw malformed(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  const fields = new Map<string, string>();
  for (const field of rest.join(' ').split(',')) {
    const [, name, value] = /^\s*(\w+)=(\S+)\s*$/.exec(field) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) {
      throw malformed('Invalid key=value pair in Authorization header.');
    }
    fields.set(name, value);
  }
  const field = (name: string) => {
    const value = fields.get(name);
    if (value !== undefined) return value;
    throw malformed(`Authorization header requires '${name}' parameter.`);
  };
  return claimed({
    credential: field('Credential'),
    signedHeaders: field('SignedHeaders'),
    signature: field('Signature'),
    time: timeOf(request),
    payloadHash: header(request, 'x-amz-content-sha256'),
  });
}

function queryClaim(parameters: URLSearchParams, request: Signable): Claim {
  const parameter = (name: string) => {
    const [value, ...more] = parameters.getAll(name);
    if (value !== undefined && more.length === 0) return value;
    throw malformed(`AWS query-string parameters must include '${name}' once.`);
  };
  const algorithm = parameter('X-Amz-Algorithm');
  if (algorithm !== ALGORITHM) throw malformed(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  const expires = parameter('X-Amz-Expires');
  if (!/^[1-9]\d{0,6}$/.test(expires) || Number(expires) > LONGEST_EXPIRY_SECONDS) {
    throw malformed(`X-Amz-Expires must be a number from 1 to ${LONGEST_EXPIRY_SECONDS}.`);
  }
  return claimed({
    credential: parameter('X-Amz-Credential'),
    signedHeaders: parameter('X-Amz-SignedHeaders'),
    signature: parameter('X-Amz-Signature'),
    time: parameter('X-Amz-Date'),
    expiresSeconds: Number(expires),
    payloadHash:
      header(request, 'x-amz-content-sha256') ??
      parameters.get('X-Amz-Content-Sha256') ??
      parameters.get('x-amz-content-sha256') ??
      undefined,
  });
}

interface Claimed extends Omit<Claim, 'keyId' | 'scope' | 'signedHeaders'> {
  readonly credential: string;
  readonly signedHeaders: string;
}

function claimed({ credential, signedHeaders, ...rest }: Claimed): Claim {
  const [keyId = '', ...scope] = credential.split('/');
  if (keyId === '' || scope.length !== 4) {
    throw malformed(
      `Credential must have five parts, keyid/date/region/service/term, not '${credential}'.`,
    );
  }
  if (!/^\d{8}T\d{6}Z$/.test(rest.time) || !Number.isFinite(msOf(rest.time))) {
    throw malformed(`Date must be in ISO-8601 'basic format'. Got '${rest.time}'.`);
  }
  if (!/^[0-9a-f]{64}$/.test(rest.signature)) throw wrongSignature();
  const names = signedHeaders.toLowerCase().split(';').toSorted();
  return { ...rest, keyId, scope: scope.join('/'), signedHeaders: names };
}

/** `x-amz-date`, or else `date`, which HTTP writes in its own way. */
function timeOf(request: Signable): string {
  const time = header(request, 'x-amz-date') ?? header(request, 'date');
  if (time === undefined) {
    throw malformed(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  const ms = /^\w{3}, /.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isFinite(ms) ? basicTime(ms) : time;
}

function refuseForeignScope({ scope, time }: Claim, service: string): void {
  const [date, , ofService, term] = scope.split('/');
  if (ofService !== service) {
    throw wrongSignature(`Credential should be scoped to correct service: '${service}'. `);
  }
  if (term !== TERMINATOR) {
    throw wrongSignature(
      `Credential should be scoped with a valid terminator: '${TERMINATOR}', not '${term}'. `,
    );
  }
  if (date !== time.slice(0, 8)) {
    throw wrongSignature(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
}

/** What is not signed could have been added by anybody on the way. */
function refuseUnsigned({ signedHeaders }: Claim, { headers }: Signable): void {
  if (!signedHeaders.includes('host')) {
    throw wrongSignature("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  const signed = new Set(signedHeaders);
  for (const [name] of headers) {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-') && !signed.has(lower)) {
      throw wrongSignature(
        `There were headers present in the request which were not signed: ${lower}`,
      );
    }
  }
}

/** Throws Problem('expired-signature'). */
export function refuseUntimely({ time, expiresSeconds }: Claim, nowMs: number): void {
  const signedMs = msOf(time);
  const now = basicTime(nowMs);
  if (signedMs > nowMs + SKEW_MS) {
    const latest = basicTime(nowMs + SKEW_MS);
    throw new Problem(
      'expired-signature',
      `Signature not yet current: ${time} is still later than ${latest} (${now} + ${SKEW_MINUTES} min.)`,
    );
  }
  const earliestMs = nowMs - (expiresSeconds === undefined ? SKEW_MS : expiresSeconds * 1000);
  if (signedMs >= earliestMs) return;
  const span = expiresSeconds === undefined ? `${SKEW_MINUTES} min.` : `${expiresSeconds} sec.`;
  throw new Problem(
    'expired-signature',
    `Signature expired: ${time} is now earlier than ${basicTime(earliestMs)} (${now} - ${span})`,
  );
}

/** Throws Problem('wrong-signature'). */
export function verifySignature(
  request: Signable,
  claim: Claim,
  { secret, payloadHash }: { readonly secret: string; readonly payloadHash: string },
): void {
  const expected = signatureOf(request, claim, { secret, payloadHash });
  if (!timingSafeEqual(expected, Buffer.from(claim.signature, 'hex'))) throw wrongSignature();
}

function signatureOf(
  request: Signable,
  { time, scope, signedHeaders, expiresSeconds }: Claim,
  { secret, payloadHash }: { readonly secret: string; readonly payloadHash: string },
): Buffer {
  const isPresigned = expiresSeconds !== undefined;
  const signed = isPresigned ? { ...request, query: withoutSignature(request.query) } : request;
  const canonical = canonicalRequest(signed, signedHeaders, payloadHash);
  // A header's bytes come as Latin-1 whatever they are; all else here is ASCII.
  const hash = createHash('sha256').update(canonical, 'latin1').digest('hex');
  let key: Buffer = Buffer.from(`AWS4${secret}`);
  for (const part of scope.split('/')) key = hmac(key, part);
  return hmac(key, [ALGORITHM, time, scope, hash].join('\n'));
}

/** The one parameter that cannot be part of what is signed. */
const withoutSignature = (query: string): string =>
  query
    .split('&')
    .filter((pair) => !pair.startsWith('X-Amz-Signature='))
    .join('&');

const hmac = (key: Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();

export const wrongSignature = (
  detail = 'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
): Problem => new Problem('wrong-signature', detail);

const malformed = (detail: string): Problem => new Problem('malformed-signature', detail);

const header = ({ headers }: Signable, wanted: string): string | undefined =>
  headers.find(([name]) => name.toLowerCase() === wanted)?.[1].trim();

/** `20150830T123600Z`, without the milliseconds. */
const basicTime = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d{3}/g, '');

const msOf = (time: string): number =>
  Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
