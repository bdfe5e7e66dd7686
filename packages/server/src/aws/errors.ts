import type { ProblemCode } from '@everflame/model';
import { answerable, waitHeaders } from '../answer-problem.ts';
import type { Visit } from '../door.ts';

interface Exception {
  /** Where AWS has a sentence of its own. */
  readonly message?: string;
  readonly name: string;
  readonly status: number;
}

/** What AWS calls a problem; all others are a ValidationException. */
const exceptions: Partial<Readonly<Record<ProblemCode | 'internal-error', Exception>>> = {
  'unknown-group': { name: 'ResourceNotFoundException', status: 404 },
  'revision-conflict': { name: 'ConflictException', status: 409 },
  'no-such-policy': { name: 'ResourceNotFoundException', status: 404 },
  'too-many-channels': { name: 'ServiceQuotaExceededException', status: 402 },
  'channel-exists': { name: 'ConflictException', status: 409 },
  'unknown-channel': { name: 'ResourceNotFoundException', status: 404 },
  'unknown-anomaly': { name: 'ResourceNotFoundException', status: 404 },
  'too-many-groups': { name: 'ServiceQuotaExceededException', status: 402 },
  unauthenticated: {
    ...{ name: 'MissingAuthenticationTokenException', status: 403 },
    message: 'Missing Authentication Token',
  },
  'wrong-key': {
    ...{ name: 'UnrecognizedClientException', status: 403 },
    message: 'The security token included in the request is invalid.',
  },
  'malformed-signature': { name: 'IncompleteSignatureException', status: 403 },
  'wrong-signature': { name: 'InvalidSignatureException', status: 403 },
  'expired-signature': { name: 'InvalidSignatureException', status: 403 },
  forbidden: { name: 'AccessDeniedException', status: 403 },
  'too-many-requests': { name: 'ThrottlingException', status: 429 },
  'group-exists': { name: 'ConflictException', status: 409 },
  'no-such-address': { name: 'UnknownOperationException', status: 404 },
  'method-not-allowed': { name: 'UnknownOperationException', status: 404 },
  'foreign-host': { name: 'AccessDeniedException', status: 403 },
  'foreign-origin': { name: 'AccessDeniedException', status: 403 },
  'body-too-large': { name: 'RequestEntityTooLargeException', status: 413 },
  overloaded: { name: 'ThrottlingException', status: 429 },
  stopping: { name: 'InternalServerException', status: 503 },
  'storage-full': { name: 'InternalServerException', status: 503 },
  'folder-not-writable': { name: 'InternalServerException', status: 500 },
  'folder-in-use': { name: 'InternalServerException', status: 500 },
  'folder-corrupt': { name: 'InternalServerException', status: 500 },
  'newer-schema': { name: 'InternalServerException', status: 500 },
  'internal-error': { name: 'InternalServerException', status: 500 },
};

const validation: Exception = { name: 'ValidationException', status: 400 };

/** Both where a client may look for the name: the header and the body. */
export function awsError(error: unknown, { log }: Visit): Response {
  const { code, detail } = answerable(error, log);
  const { name, status, message = detail } = exceptions[code] ?? validation;
  return new Response(JSON.stringify({ __type: name, message }), {
    status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': name,
      ...waitHeaders(status, code),
    },
  });
}
