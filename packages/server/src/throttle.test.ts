import { expect, test } from 'vitest';
import { Throttle } from './throttle.ts';

const quotas = {
  uploads: { perSecond: 2, burst: 3 },
  others: { perSecond: 10, burst: 10 },
};

interface From {
  readonly key?: string;
  readonly address?: string;
  readonly isInQuery?: boolean;
}

function underTest() {
  const clock = { ms: 1000 };
  const throttle = new Throttle(
    quotas,
    (id) => id.startsWith('EF'),
    () => clock.ms,
  );
  /** How many of `wanted` requests at once are let in. */
  const taken = (kind: 'uploads' | 'others', wanted: number, from: From = {}) => {
    const { key = 'AKIA', address = '127.0.0.1', isInQuery = false } = from;
    const credential = `${key}/20260601/eu-central-1/codeguru-profiler/aws4_request`;
    const query = isInQuery ? `?X-Amz-Credential=${encodeURIComponent(credential)}` : '';
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host`;
    const headers = new Headers(isInQuery ? [] : [['authorization', authorization]]);
    const request = new Request(`http://localhost/${query}`, { headers });
    let count = 0;
    for (let asked = 0; asked < wanted; asked++) {
      try {
        throttle.take(kind, { request, address });
        count++;
      } catch (error) {
        expect(error).toMatchObject({ code: 'too-many-requests' });
      }
    }
    return count;
  };
  return { clock, taken };
}

test('a caller may burst, then has the rate, and after a rest the burst again', () => {
  const { clock, taken } = underTest();
  expect(taken('uploads', 10)).toBe(3);
  clock.ms += 1000;
  expect(taken('uploads', 10)).toBe(2);
  clock.ms += 250;
  expect(taken('uploads', 1)).toBe(0);
  clock.ms += 250;
  expect(taken('uploads', 2)).toBe(1);
  clock.ms += 3_600_000;
  expect(taken('uploads', 10)).toBe(3);
});

test('asking while there is nothing left costs nothing', () => {
  const { clock, taken } = underTest();
  taken('uploads', 100);
  clock.ms += 500;
  expect(taken('uploads', 1)).toBe(1);
});

test('addresses have quotas of their own, and so have uploads and all else', () => {
  const { taken } = underTest();
  expect(taken('uploads', 10)).toBe(3);
  expect(taken('uploads', 10, { address: '127.0.0.2' })).toBe(3);
  expect(taken('others', 20)).toBe(10);
});

test('keys at one address have quotas of their own, however they sign; a made-up key has none', () => {
  const { taken } = underTest();
  expect(taken('uploads', 10)).toBe(3);
  expect(taken('uploads', 10, { key: 'EF1' })).toBe(3);
  expect(taken('uploads', 10, { key: 'EF1', isInQuery: true })).toBe(0);
  expect(taken('uploads', 10, { key: 'EF1', address: '127.0.0.2' })).toBe(3);
  expect(taken('uploads', 10, { key: 'MADEUP' })).toBe(0);
});

test('of very many callers those seen last are remembered', () => {
  const { taken } = underTest();
  taken('uploads', 3, { address: 'first' });
  for (let other = 0; other < 9_990; other++) taken('uploads', 1, { address: `o${other}` });
  expect(taken('uploads', 1, { address: 'first' })).toBe(0);
  for (let other = 0; other < 10_000; other++) taken('uploads', 1, { address: `p${other}` });
  expect(taken('uploads', 1, { address: 'first' })).toBe(1);
});
