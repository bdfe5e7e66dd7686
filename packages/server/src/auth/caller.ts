import { createHash, timingSafeEqual } from 'node:crypto';
import { Problem } from '@everflame/model';
import type { Visit } from '../door.ts';
import { readAhead } from '../ingest/read-body.ts';
import { SMALL_BODY_BYTES } from '../limits.ts';
import type { Needs } from '../needs.ts';
import type { AccessKey } from '../storage/keys.ts';
import type { Signable } from './canonical-request.ts';
import {
  type Claim,
  claimOf,
  refuseUntimely,
  UNSIGNED_PAYLOAD,
  verifySignature,
  wrongSignature,
} from './sigv4.ts';

/** By which clients of AWS sign, whatever region they are told. */
const SERVICE = 'codeguru-profiler';

/**
 * The key with which a request is made: signed with its secret as AWS requests are, or with the secret itself as a
 * bearer token, as the password of HTTP Basic or as a Datadog key. Throws Problem('unauthenticated' | 'wrong-key' |
 * 'malformed-signature' | 'wrong-signature' | 'expired-signature') and those of reading a body.
 */
export async function callerOf(
  visit: Visit,
  needs: Needs,
  { isUpload = false }: { readonly isUpload?: boolean | undefined },
): Promise<AccessKey> {
  const secret = secretOf(visit.request.headers);
  if (secret !== undefined) return bearer(secret, needs);
  const signed = signable(visit);
  const claim = claimOf(signed, SERVICE);
  if (claim) return await signer(signed, claim, { visit, needs, isUpload });
  throw new Problem('unauthenticated');
}

function secretOf(headers: Headers): string | undefined {
  const authorization = headers.get('authorization') ?? '';
  const [, scheme, value = ''] = /^(bearer|basic)\s+(\S+)\s*$/i.exec(authorization) ?? [];
  if (scheme?.toLowerCase() === 'bearer') return value;
  if (scheme === undefined) return headers.get('dd-api-key') ?? undefined;
  const [, ...password] = Buffer.from(value, 'base64').toString('utf8').split(':');
  return password.join(':');
}

function bearer(secret: string, { catalog, selfKey }: Needs): AccessKey {
  if (selfKey && isSame(secret, selfKey.secret)) return selfKey.key;
  const key = catalog.keys.findBySecret(secret);
  if (key) return key;
  throw new Problem('wrong-key');
}

const isSame = (one: string, other: string): boolean => timingSafeEqual(sha256(one), sha256(other));

const sha256 = (content: string | Uint8Array): Buffer =>
  createHash('sha256').update(content).digest();

function signable({ request, path }: Visit): Signable {
  const { url, method } = request;
  const headers = [...request.headers];
  // Where there is no socket, as in tests, the address alone says what the host is.
  if (!request.headers.has('host')) headers.push(['host', new URL(url).host]);
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  return { method, path, query, headers };
}

/** Refuses before the body is read whatever can be refused without it. */
async function signer(
  signed: Signable,
  claim: Claim,
  {
    visit,
    needs,
    isUpload,
  }: { readonly visit: Visit; readonly needs: Needs; readonly isUpload: boolean },
): Promise<AccessKey> {
  const found = needs.catalog.keys.find(claim.keyId);
  if (!found) throw new Problem('wrong-key', 'There is no access key of that id.');
  const { key, secret } = found;
  refuseUntimely(claim, needs.now());
  const { payloadHash } = claim;
  if (payloadHash !== undefined) verifySignature(signed, claim, { secret, payloadHash });
  if (payloadHash === UNSIGNED_PAYLOAD) return key;
  const bodyBytes = isUpload ? needs.limits.bodyBytes : SMALL_BODY_BYTES;
  // Whoever knows the id of a key, but not its secret, gets this far where the hash is not told.
  const budget = payloadHash === undefined ? needs.unverifiedInFlight : needs.uploadsInFlight;
  const body = await readAhead(visit, { ...needs.limits, bodyBytes }, budget);
  const actual = sha256(body).toString('hex');
  if (payloadHash === undefined) verifySignature(signed, claim, { secret, payloadHash: actual });
  else if (payloadHash !== actual) throw wrongSignature();
  return key;
}
