import { ProblemBody } from '@everflame/api';
import { Problem, type ProblemCode, problems } from '@everflame/model';
import type { Logger } from 'pino';
import type { AccessKey } from './storage/keys.ts';

/** The status under which each user's mistake is answered. */
export const statusOf: Readonly<Record<ProblemCode, number>> = {
  'unknown-format': 415,
  'truncated-profile': 400,
  'corrupt-profile': 400,
  'missing-count': 400,
  'invalid-value': 400,
  'empty-body': 400,
  'empty-profile': 400,
  'body-too-large': 413,
  'inflated-too-large': 413,
  'too-many-nodes': 413,
  'stack-too-deep': 413,
  'string-too-long': 413,
  'too-many-samples': 413,
  'profile-too-costly': 413,
  'unsupported-encoding': 415,
  'unsupported-media-type': 415,
  'invalid-parameter': 400,
  'invalid-body': 400,
  'invalid-time-range': 400,
  'profile-too-old': 400,
  'profile-in-future': 400,
  'upload-interrupted': 400,
  'upload-too-slow': 408,
  'unknown-group': 404,
  'unknown-node': 404,
  'group-exists': 409,
  'revision-conflict': 409,
  'no-such-policy': 404,
  'too-many-channels': 402,
  'channel-exists': 409,
  'unknown-channel': 404,
  'unknown-anomaly': 404,
  'too-many-groups': 402,
  'key-exists': 409,
  'first-key': 409,
  'unknown-key': 404,
  unauthenticated: 401,
  'wrong-key': 401,
  'malformed-signature': 403,
  'wrong-signature': 403,
  'expired-signature': 403,
  forbidden: 403,
  'too-many-requests': 429,
  'no-such-address': 404,
  'method-not-allowed': 405,
  'foreign-host': 403,
  'foreign-origin': 403,
  'credentials-required': 403,
  'address-in-use': 500,
  overloaded: 429,
  stopping: 503,
  'storage-full': 507,
  'folder-not-writable': 500,
  'folder-in-use': 500,
  'folder-corrupt': 500,
  'newer-schema': 500,
};

/** A client that is told to wait keeps its profile and comes back after this many seconds. */
const RETRY_AFTER_SECONDS = 5;
/** Quotas are by the second. */
const QUOTA_SECONDS = 1;

/** What is said of an error to whoever made the request, and nothing else of it. */
export interface Answerable {
  readonly code: ProblemCode | 'internal-error';
  readonly status: number;
  readonly detail: string;
}

/** A Problem speaks for itself; anything else is our bug: logged with its cause, never shown. */
export function answerable(error: unknown, log: Logger): Answerable {
  if (error instanceof Problem) {
    const status = statusOf[error.code];
    if (status >= 500) log.error({ err: error }, 'could not serve a request');
    return { code: error.code, status, detail: error.message };
  }
  log.error({ err: error }, 'a bug of ours');
  return {
    code: 'internal-error',
    status: 500,
    detail: 'The server failed to answer. Its log has the cause under this request id.',
  };
}

/** A browser then asks whoever looks at the page, and remembers. */
const CHALLENGE = 'Basic realm="Everflame", charset="UTF-8"';

/** What is said to a key that may not. */
export const refusal = ({ name, role }: AccessKey, group: string | undefined): string =>
  `The access key “${name}” (${role}) may not do this${group === undefined ? '' : ` in the group ${group}`}.`;

/** RFC 9457, for everything but the AWS operations. */
export function problemResponse(error: unknown, requestId: string, log: Logger): Response {
  const { code, status, detail } = answerable(error, log);
  const body = ProblemBody.parse({
    type: `urn:everflame:problem:${code}`,
    title: code === 'internal-error' ? 'Something is broken on our side.' : problems[code],
    status,
    code,
    detail,
    requestId,
  });
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...waitHeaders(status, code),
      ...(status === 401 ? { 'www-authenticate': CHALLENGE } : {}),
    },
  });
}

export function waitHeaders(status: number, code: Answerable['code']): Record<string, string> {
  if (code === 'too-many-requests') return { 'retry-after': String(QUOTA_SECONDS) };
  return status === 429 || status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {};
}
