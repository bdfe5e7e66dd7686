/**
 * Everything a user can get wrong, with the sentence that helps. A code never changes its meaning.
 * Who answers adds the status (server) or the exit code (cli); a decoder only knows what was wrong.
 */
export const problems = {
  'unknown-format': 'Send pprof, JFR, CodeGuru agent JSON or Ion, or folded stacks.',
  'truncated-profile': 'The profile ends before it is complete. Send the whole file.',
  'corrupt-profile': 'The profile contradicts its own format.',
  'missing-count': 'Each line of folded stacks ends in a space and a number.',
  'invalid-value': 'Sample values must be finite and not negative.',
  'empty-body': 'The request holds no profile.',
  'empty-profile': 'The profile has no samples.',
  'body-too-large': 'The request body is larger than this server accepts.',
  'inflated-too-large': 'The profile is larger, once decompressed, than this server accepts.',
  'too-many-nodes': 'The profile has more distinct call-tree nodes than this server accepts.',
  'stack-too-deep': 'A stack is deeper than this server accepts.',
  'string-too-long': 'A name in the profile is longer than this server accepts.',
  'too-many-samples': 'The profile has more samples than this server accepts.',
  'profile-too-costly': 'Decoding the profile takes more memory or time than this server allows.',
  'unsupported-encoding': 'Send the body as it is, or compressed with gzip or zstd.',
  'unsupported-media-type': 'The content type does not fit this address.',
  'invalid-parameter': 'A parameter has a value that is not allowed here.',
  'invalid-body': 'The request body does not have the form that this address expects.',
  'invalid-time-range': 'The start must lie before the end, and both must be times.',
  'profile-too-old': 'The profile lies further back than the finest resolution is kept.',
  'profile-in-future': 'The profile lies in the future. Check the clock of its host.',
  'upload-interrupted': 'The request ended before its body was complete.',
  'upload-too-slow': 'The request body took too long to arrive.',
  'unknown-group': 'There is no profiling group of that name.',
  'unknown-node': 'The range has no call-tree node of that id.',
  'group-exists': 'There is a profiling group of that name already.',
  'revision-conflict': 'The policy was changed by somebody else in the meantime. Read it again.',
  'no-such-policy': 'The group has no policy.',
  'too-many-channels': 'A group has at most two notification channels.',
  'channel-exists': 'The group notifies that address already.',
  'unknown-channel': 'The group has no such notification channel.',
  'unknown-anomaly': 'The group has no such anomaly.',
  'too-many-groups': 'This server has as many profiling groups as it may have.',
  'key-exists': 'There is an access key of that name already.',
  'first-key': 'The first access key must be an administrator’s.',
  'unknown-key': 'There is no such access key.',
  unauthenticated:
    'This server asks for an access key: as a bearer token, as a password, or to sign requests as AWS has them.',
  'wrong-key': 'There is no access key with that secret.',
  'malformed-signature': 'The request is not signed as AWS requests are.',
  'wrong-signature': 'The signature does not fit the request and the secret key.',
  'expired-signature':
    'The request was signed too long ago, or in the future. Check the clock of its host.',
  forbidden: 'The access key may not do this.',
  'too-many-requests': 'More requests than the quota allows. Try again in a moment.',
  'no-such-address': 'There is nothing at this address.',
  'method-not-allowed': 'This address does not answer that method.',
  'foreign-host': 'This server answers to its loopback address only.',
  'foreign-origin': 'Another site may not change anything here.',
  'credentials-required': 'Without credentials, the server listens on a loopback address only.',
  'address-in-use': 'Another process listens at this address already.',
  overloaded: 'The server has more to write than it can hold. Keep the profile and try again.',
  stopping: 'The server is stopping. Try again in a moment.',
  'storage-full': 'The disk is full. Nothing was stored.',
  'folder-not-writable': 'The data folder cannot be written.',
  'folder-in-use': 'Another process has the data folder open.',
  'folder-corrupt':
    'The data folder holds a file that is damaged or was not written by this program.',
  'newer-schema': 'The data folder was written by a newer version. Start that version.',
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof problems;

/** A user's mistake. Any other error that is thrown is a bug of ours. */
export class Problem extends Error {
  readonly code: ProblemCode;

  /** `detail` says in one sentence what was expected and what came. */
  constructor(code: ProblemCode, detail?: string, options?: ErrorOptions) {
    super(detail ?? problems[code], options);
    this.name = 'Problem';
    this.code = code;
  }
}
