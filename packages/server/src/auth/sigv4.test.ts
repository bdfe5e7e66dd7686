import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signable } from './canonical-request.ts';
import { type How, officiallySigned } from './signed-under-test.ts';
import { claimOf, refuseUntimely, UNSIGNED_PAYLOAD, verifySignature } from './sigv4.ts';

const keyId = 'AKIDEXAMPLE';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const time = '20150830T123600Z';
const timeMs = Date.UTC(2015, 7, 30, 12, 36);
const scope = `${keyId}/20150830/us-east-1/service/aws4_request`;

const sha256 = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex');

interface Sent extends Signable {
  readonly body: string | Uint8Array;
}

/** As a service does: all of it. */
function verified(sent: Sent, { service = 'codeguru-profiler', nowMs = timeMs } = {}): string {
  const claim = claimOf(sent, service);
  if (!claim) throw new Error('There is no signature.');
  if (claim.keyId !== keyId) throw new Error('There is no such key.');
  refuseUntimely(claim, nowMs);
  const actual = sha256(sent.body);
  const { payloadHash = actual } = claim;
  verifySignature(sent, claim, { secret, payloadHash });
  if (payloadHash !== UNSIGNED_PAYLOAD && payloadHash !== actual) throw new Error('another body');
  return claim.keyId;
}

type Headers = readonly (readonly [string, string])[];

/** The published test suite of the algorithm, as facts: what is sent, and the signature that it has. */
const vectors: readonly {
  readonly name: string;
  readonly target?: string;
  readonly headers?: Headers;
  readonly post?: string;
  readonly signature: string;
}[] = [
  {
    name: 'get-vanilla',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-empty-query-key',
    target: '/?Param1=value1',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-vanilla-query-order-key',
    target: '/?Param1=value2&Param1=Value1',
    signature: 'eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    target: '/?Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-query-order-value',
    target: '/?Param1=value2&Param1=value1',
    signature: '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694',
  },
  {
    name: 'get-vanilla-query-unreserved',
    target:
      '/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    signature: '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  },
  {
    name: 'get-vanilla-utf8-query',
    target: '/?ሴ=bar',
    signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  },
  {
    name: 'get-unreserved',
    target: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-utf8',
    target: '/ሴ',
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-space',
    target: '/example space/',
    signature: '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
  },
  {
    name: 'get-relative',
    target: '/example/..',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slash-pointless-dot',
    target: '/./example',
    signature: 'ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5',
  },
  {
    name: 'get-slashes',
    target: '//example//',
    signature: '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
  },
  {
    name: 'get-header-key-duplicate',
    headers: [
      ['My-Header1', 'value2'],
      ['My-Header1', 'value2'],
      ['My-Header1', 'value1'],
    ],
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-order',
    headers: [
      ['My-Header1', 'value4'],
      ['My-Header1', 'value1'],
      ['My-Header1', 'value3'],
      ['My-Header1', 'value2'],
    ],
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    headers: [
      ['My-Header1', ' value1'],
      ['My-Header2', ' "a   b   c"'],
    ],
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'post-vanilla',
    post: '',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-vanilla-query',
    target: '/?Param1=value1',
    post: '',
    signature: '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  },
  {
    name: 'post-header-key-sort',
    post: '',
    headers: [['My-Header1', 'value1']],
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-header-value-case',
    post: '',
    headers: [['My-Header1', 'VALUE1']],
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-x-www-form-urlencoded',
    post: 'Param1=value1',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
  {
    name: 'post-x-www-form-urlencoded-parameters',
    post: 'Param1=value1',
    headers: [['Content-Type', 'application/x-www-form-urlencoded; charset=utf8']],
    signature: '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
  },
];

function ofSuite({ target = '/', headers = [], post, signature }: (typeof vectors)[number]): Sent {
  const all: Headers = [['Host', 'example.amazonaws.com'], ...headers, ['X-Amz-Date', time]];
  const signed = [...new Set(all.map(([name]) => name.toLowerCase()))].sort().join(';');
  const [path = '', query = ''] = target.split('?');
  return {
    method: post === undefined ? 'GET' : 'POST',
    ...{ path, query, body: post ?? '' },
    headers: [
      ...all,
      [
        'Authorization',
        `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signed}, Signature=${signature}`,
      ],
    ],
  };
}

test.each(vectors)('the published vector $name is verified', (vector) => {
  expect(verified(ofSuite(vector), { service: 'service' })).toBe(keyId);
});

interface AnyRequest {
  readonly method: string;
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const escaped = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const queryText = (query: AnyRequest['query']) =>
  Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${escaped(name)}=${escaped(one)}`))
    .join('&');

async function signed(any: AnyRequest, how: How): Promise<Sent> {
  const { method, segments, body } = any;
  const path = `/${segments.map(escaped).join('/')}`;
  const plain = { ...any, path, headers: { host: '127.0.0.1:4100', ...any.headers } };
  const { headers, query } = await officiallySigned(plain, { keyId, secret, atMs: timeMs }, how);
  return { method, path, body, headers: Object.entries(headers), query: queryText(query) };
}

const text = fc.string({ unit: 'grapheme-composite', maxLength: 12 });
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
const anyPlain: fc.Arbitrary<AnyRequest> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
  segments: fc.array(
    text.filter((segment) => segment !== ''),
    { maxLength: 4 },
  ),
  query: fc.dictionary(
    // This signer sorts names before it encodes them, the algorithm after: they agree on names such as these.
    fc.stringMatching(/^[\w.~-]{1,8}$/),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  ),
  headers: fc.dictionary(
    word.map((name) => `x-amz-meta-${name}`),
    fc.stringMatching(/^[ -~]{0,20}$/),
    { maxKeys: 3, noNullPrototype: true },
  ),
  body: text,
});

/** What a segment of dots means is the URL's business, before anything is signed. */
const isPlainPath = ({ segments }: AnyRequest) =>
  segments.every((segment) => segment !== '.' && segment !== '..');

test.each(['sign', 'sign as boto', 'presign'] as const)(
  'whatever the official signer signs is verified (%s)',
  async (how) => {
    await fc.assert(
      fc.asyncProperty(anyPlain.filter(isPlainPath), async (plain) => {
        expect(verified(await signed(plain, how))).toBe(keyId);
      }),
      { numRuns: 200 },
    );
  },
);

const changed = (value: string, at: number): string => {
  const index = value.length === 0 ? 0 : at % value.length;
  const letter = value[index] === 'q' ? 'w' : 'q';
  return value.slice(0, index) + letter + value.slice(index + 1);
};

/** Every way in which somebody between could change one thing. */
const mutations: Readonly<Record<string, (sent: Sent, at: number) => Sent>> = {
  method: (sent) => ({ ...sent, method: sent.method === 'GET' ? 'POST' : 'GET' }),
  path: (sent, at) => ({ ...sent, path: `/${changed(sent.path.slice(1), at)}` }),
  'longer path': (sent) => ({ ...sent, path: `${sent.path.replace(/\/$/, '')}/q` }),
  query: (sent, at) => ({ ...sent, query: changed(sent.query, at) }),
  'another parameter': (sent) => ({ ...sent, query: `${sent.query}&q=q` }),
  'a parameter that looks like a signature': (sent) => ({
    ...sent,
    query: `${sent.query}&X-Amz-Signature=${'0'.repeat(64)}`,
  }),
  'a header’s value': (sent, at) =>
    withHeader(sent, at, (name, value) => [name, changed(value, at)]),
  'a header’s name': (sent, at) => withHeader(sent, at, (name, value) => [`${name}q`, value]),
  'another header': (sent) => ({ ...sent, headers: [...sent.headers, ['x-amz-more', 'q']] }),
  body: (sent, at) => ({ ...sent, body: changed(String(sent.body), at) }),
};

function withHeader(
  sent: Sent,
  at: number,
  change: (name: string, value: string) => readonly [string, string],
): Sent {
  const index = at % sent.headers.length;
  const headers = sent.headers.map((header, place) =>
    place === index ? change(...header) : header,
  );
  return { ...sent, headers };
}

describe.each(['sign', 'sign as boto', 'presign'] as const)('of what was signed (%s)', (how) => {
  test.each(Object.entries(mutations))('no change of its %s is let through', async (_, mutate) => {
    await fc.assert(
      fc.asyncProperty(anyPlain.filter(isPlainPath), fc.nat(), async (plain, at) => {
        const mutated = mutate(await signed(plain, how), at);
        expect(() => verified(mutated)).toThrow();
      }),
      { numRuns: 50 },
    );
  });
});

test('a body that is not signed may be any, where the client says so and signs that', async () => {
  const plain = {
    ...{ method: 'POST', segments: ['a'], query: {}, body: 'one' },
    headers: { 'x-amz-content-sha256': UNSIGNED_PAYLOAD },
  };
  const sent = await signed(plain, 'sign');
  expect(verified({ ...sent, body: 'another' })).toBe(keyId);
  const claims = sent.headers.map(([name, value]) =>
    name === 'x-amz-content-sha256' ? ([name, sha256('one')] as const) : ([name, value] as const),
  );
  expect(() => verified({ ...sent, headers: claims })).toThrow(/does not match the signature/);
});

const vanilla = ofSuite(vectors[0]!);
const minute = 60_000;
const checked = (sent: Sent, nowMs = timeMs) => verified(sent, { service: 'service', nowMs });

test('a signature holds for five minutes before and after its time', () => {
  for (const ms of [-5 * minute, 0, 5 * minute]) expect(checked(vanilla, timeMs + ms)).toBe(keyId);
  expect(() => checked(vanilla, timeMs + 5 * minute + 1000)).toThrow(
    'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
  );
  expect(() => checked(vanilla, timeMs - 5 * minute - 1000)).toThrow(
    'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
  );
});

test('a presigned request holds as long as it says', async () => {
  const plain = { method: 'GET', segments: ['a'], query: {}, headers: {}, body: '' };
  const sent = await signed(plain, 'presign');
  expect(verified(sent, { nowMs: timeMs + 60 * minute })).toBe(keyId);
  expect(() => verified(sent, { nowMs: timeMs + 61 * minute })).toThrow(/^Signature expired/);
  const longer = { ...sent, query: sent.query.replace('Expires=3600', 'Expires=7200') };
  expect(() => verified(longer, { nowMs: timeMs + 61 * minute })).toThrow(/does not match/);
});

test('the signature of a presigned request, whose time is over, is none for the header', async () => {
  const plain = { method: 'GET', segments: ['a'], query: {}, headers: {}, body: '' };
  const sent = await signed(plain, 'presign');
  const parameters = new URLSearchParams(sent.query);
  const part = (name: string) => parameters.get(name) ?? '';
  const query = sent.query.split('&').filter((pair) => !pair.startsWith('X-Amz-Signature='));
  const moved: Sent = {
    ...sent,
    query: query.join('&'),
    headers: [
      ...sent.headers,
      ['date', new Date(timeMs).toUTCString()],
      [
        'authorization',
        `AWS4-HMAC-SHA256 Credential=${part('X-Amz-Credential')}, SignedHeaders=${part('X-Amz-SignedHeaders')}, Signature=${part('X-Amz-Signature')}`,
      ],
    ],
  };
  expect(() => verified(moved)).toThrow(expect.objectContaining({ code: 'malformed-signature' }));
});

test('a request without a signature has no claim', () => {
  for (const authorization of [[], [['Authorization', 'Bearer AWS4']]] as const) {
    expect(claimOf({ ...vanilla, headers: authorization }, 'service')).toBeUndefined();
  }
});

const authorized = (authorization: string, more: Headers = [['X-Amz-Date', time]]): Sent => ({
  ...vanilla,
  headers: [['Host', 'example.amazonaws.com'], ...more, ['Authorization', authorization]],
});
const zeros = '0'.repeat(64);
const whole = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${zeros}`;

test.each([
  ['malformed-signature', authorized('AWS4-HMAC-SHA256')],
  ['malformed-signature', authorized('AWS4-HMAC-SHA256 Credential=a')],
  ['malformed-signature', authorized('AWS4-ECDSA-P256-SHA256 Credential=a')],
  ['malformed-signature', authorized(`${whole}, Signature=${zeros}`)],
  ['malformed-signature', authorized(whole.replace(`${keyId}/`, ''))],
  ['malformed-signature', authorized(whole, [])],
  ['malformed-signature', authorized(whole, [['X-Amz-Date', '2015-08-30']])],
  ['malformed-signature', authorized(whole, [['X-Amz-Date', '20159930T993600Z']])],
  ['malformed-signature', { ...vanilla, headers: [], query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256' }],
  ['wrong-signature', authorized(whole)],
  ['wrong-signature', authorized(whole.replace(zeros, '0'))],
  ['wrong-signature', authorized(whole.replace('us-east-1/service', 'us-east-1/s3'))],
  ['wrong-signature', authorized(whole.replace('aws4_request', 'aws5_request'))],
  ['wrong-signature', authorized(whole.replace('20150830', '20150831'))],
  ['wrong-signature', authorized(whole.replace('host;', ''))],
  ['wrong-signature', authorized(whole.replace(';x-amz-date', ''))],
] as const)('what is no signature is refused as such: %s', (code, sent) => {
  expect(() => checked(sent)).toThrow(expect.objectContaining({ code }));
});

test('no text is more than refused', () => {
  const anyHeaders = fc.array(
    fc.tuple(fc.constantFrom('Authorization', 'X-Amz-Date', 'Date', 'Host'), fc.string()),
  );
  const start = fc.constantFrom(
    '',
    'AWS4-HMAC-SHA256 ',
    whole,
    'X-Amz-Algorithm=AWS4-HMAC-SHA256&',
  );
  fc.assert(
    fc.property(anyHeaders, start, fc.string(), fc.string(), (headers, first, rest, path) => {
      const sent = {
        ...vanilla,
        ...{ path, query: first + rest },
        headers: [...headers, ['Authorization', first + rest] as const],
      };
      try {
        checked(sent);
      } catch (error) {
        if (/There is no (signature|such key)/.test(String(error))) return;
        expect(error).toHaveProperty('code', expect.stringMatching(/-signature$/));
      }
    }),
  );
});
