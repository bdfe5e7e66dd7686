import { expect, test } from 'vitest';
import { isLoopback, refuseForeign } from './guard.ts';

test.each(['localhost', '127.0.0.1', '127.8.9.1', '[::1]', '::1', 'app.localhost'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true);
  },
);

test.each([
  '0.0.0.0',
  '::',
  '10.0.0.1',
  'example.com',
  'localhost.example.com',
  '127.0.0.1.nip.io',
])('%s may be another machine', (host) => {
  expect(isLoopback(host)).toBe(false);
});

const loopback = { isOpen: true };

const request = (method: string, headers: Record<string, string>, url = 'http://127.0.0.1:4100/') =>
  new Request(url, { method, headers });

test('a name that was made to resolve to us is refused', () => {
  expect(() => refuseForeign(request('GET', {}, 'http://evil.example:4100/'), loopback)).toThrow(
    /evil/,
  );
});

test('another origin may read nothing it can use, and change nothing', () => {
  expect(() =>
    refuseForeign(request('GET', { origin: 'http://evil.example' }), loopback),
  ).not.toThrow();
  for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:9', 'not a url']) {
    expect(() => refuseForeign(request('POST', { origin }), loopback)).toThrow(/may not change/);
  }
  expect(() =>
    refuseForeign(request('POST', { 'sec-fetch-site': 'cross-site' }), loopback),
  ).toThrow();
});

test('our own page and programs without an origin may change things', () => {
  expect(() =>
    refuseForeign(request('POST', { origin: 'http://127.0.0.1:4100' }), loopback),
  ).not.toThrow();
  expect(() => refuseForeign(request('DELETE', {}), loopback)).not.toThrow();
});

test('where everybody is asked for a key, any name is ours, and another site still may change nothing', () => {
  const url = 'http://profiles.example:4100/';
  const ask = (method: string, headers: Record<string, string>) => () =>
    refuseForeign(request(method, headers, url), { isOpen: false });
  expect(ask('GET', {})).not.toThrow();
  expect(ask('POST', { origin: 'http://profiles.example:4100' })).not.toThrow();
  expect(ask('POST', { origin: 'http://evil.example' })).toThrow(/may not change/);
  expect(ask('POST', { 'sec-fetch-site': 'cross-site' })).toThrow();
});

test('what a proxy brings is refused while nobody is asked for a key', () => {
  for (const header of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']) {
    const brought = request('GET', { [header]: '10.0.0.1' });
    expect(() => refuseForeign(brought, { isOpen: true })).toThrow(/access key/);
    expect(() => refuseForeign(brought, { isOpen: false })).not.toThrow();
  }
});
