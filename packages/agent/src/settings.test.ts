import fc from 'fast-check';
import { expect, test } from 'vitest';
import { optionsFrom } from './environment.ts';
import { groupName, settingsFrom } from './settings.ts';

test('without a word everything has a value', () => {
  const settings = settingsFrom(optionsFrom({}));
  expect(settings).toMatchObject({
    samplingIntervalMs: 100,
    periodMs: 60_000,
    heapIntervalBytes: 524_288,
    bufferBytes: 4_194_304,
    bufferFolder: undefined,
    killFile: undefined,
    token: undefined,
  });
  expect(settings.server.href).toBe('http://127.0.0.1:4100/');
  expect(settings.instance).toMatch(new RegExp(`:${process.pid}$`));
  expect(optionsFrom({}).enabled).toBe(true);
});

test('the environment says everything that options say', () => {
  expect(
    optionsFrom({
      EVERFLAME_SERVER: 'https://profiles.example',
      EVERFLAME_GROUP: 'shop',
      EVERFLAME_ENABLED: 'False',
      EVERFLAME_SERVICE_VERSION: '3',
      EVERFLAME_LABELS: 'a=1, b = x=y ,c:d=e, url=http://h/,',
      EVERFLAME_INSTANCE: 'i-1',
      EVERFLAME_TOKEN: 't',
      EVERFLAME_LOG: 'debug',
      EVERFLAME_BUFFER_DIR: '/b',
      EVERFLAME_BUFFER_BYTES: '1000',
      EVERFLAME_KILL_FILE: '/k',
      EVERFLAME_SAMPLING_INTERVAL_MS: '20',
      EVERFLAME_PERIOD_SECONDS: '30',
      EVERFLAME_HEAP_INTERVAL_BYTES: '0',
    }),
  ).toEqual({
    server: 'https://profiles.example',
    group: 'shop',
    enabled: false,
    serviceVersion: '3',
    labels: { a: '1', b: 'x=y', c: 'd=e', url: 'http://h/' },
    instance: 'i-1',
    token: 't',
    log: 'debug',
    bufferFolder: '/b',
    bufferBytes: 1000,
    killFile: '/k',
    samplingIntervalMs: 20,
    periodSeconds: 30,
    heapIntervalBytes: 0,
  });
});

test('a log level that is none is the usual one', () => {
  expect(optionsFrom({ EVERFLAME_LOG: 'loud' }).log).toBeUndefined();
});

test.each([
  [{ server: 'ftp://host' }, /server must be an http or https address, not “ftp:\/\/host”/],
  [{ server: 'host' }, /server/],
  [{ periodSeconds: 0 }, /periodSeconds must be a positive number, not “0”/],
  [{ samplingIntervalMs: Number.NaN }, /samplingIntervalMs/],
  [{ bufferBytes: -1 }, /bufferBytes/],
  [{ heapIntervalBytes: -1 }, /heapIntervalBytes must be 0 or a positive number, not “-1”/],
  [{ periodSeconds: Number.POSITIVE_INFINITY }, /periodSeconds/],
])('%j is refused by name', (options, message) => {
  expect(() => settingsFrom(options)).toThrow(message);
});

test.each(['foo', 'a=1,foo', '=b', 'a=', 'a= ,b=1', ':'])(
  'labels “%s” are refused, for not all are pairs',
  (EVERFLAME_LABELS) => {
    const environment = { EVERFLAME_LABELS };
    expect(() => settingsFrom(optionsFrom(environment), environment)).toThrow(
      `EVERFLAME_LABELS (labels) must be key=value, separated by commas, not “${EVERFLAME_LABELS}”`,
    );
  },
);

test('any text of labels is refused or read whole', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (EVERFLAME_LABELS) => {
      const environment = { EVERFLAME_LABELS };
      const { labels = {} } = optionsFrom(environment);
      const pairs = EVERFLAME_LABELS.split(',').filter((pair) => pair.trim() !== '');
      try {
        settingsFrom({}, environment);
      } catch {
        expect(Object.keys(labels).length).toBeLessThan(pairs.length);
        return;
      }
      const keys = pairs.map((pair) => pair.slice(0, pair.search(/[:=]/)).trim());
      expect(new Set(Object.keys(labels))).toEqual(new Set(keys));
    }),
    { numRuns: 300 },
  );
});

test('any name becomes one that the server accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (wished) => {
      expect(groupName(wished)).toMatch(/^[\w-]{1,255}$/);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['@shop/check out', 'shop-check-out'],
  ['my service!', 'my-service'],
  ['my-service-', 'my-service-'],
  ['¡¿hola?!', 'hola'],
  ['', 'unknown-service'],
  ['日本', 'unknown-service'],
  [`${'a'.repeat(254)} b`, 'a'.repeat(254)],
])('the group of “%s” is %s', (wished, name) => {
  expect(groupName(wished)).toBe(name);
});

test('all that is wrong in the environment is refused at once, by variable and option', () => {
  const environment = {
    EVERFLAME_SERVER: 'host:4100',
    EVERFLAME_SAMPLING_INTERVAL_MS: '-4',
    EVERFLAME_PERIOD_SECONDS: 'soon',
    EVERFLAME_HEAP_INTERVAL_BYTES: '0',
  };
  expect(() => settingsFrom(optionsFrom(environment), environment)).toThrow(
    'EVERFLAME_SERVER (server) must be an http or https address, not “host:4100”; ' +
      'EVERFLAME_SAMPLING_INTERVAL_MS (samplingIntervalMs) must be a positive number, not “-4”; ' +
      'EVERFLAME_PERIOD_SECONDS (periodSeconds) must be a positive number, not “soon”',
  );
});

test('a name of a group that was changed comes with the rule', () => {
  expect(settingsFrom({ group: 'my service!' }).groupNote).toMatch(
    /^not “my service!”, for the name of a group is up to 255 letters, digits, _ and -/,
  );
  expect(settingsFrom({ group: 'my-service' }).groupNote).toBeUndefined();
});

test('labels fit what the server accepts, and ours win', () => {
  const { labels } = settingsFrom({
    instance: 'i-1',
    labels: { ['k'.repeat(200)]: 'v'.repeat(2000), '': 'x', 'process.pid': '1' },
  });
  expect(labels['k'.repeat(128)]).toHaveLength(1024);
  expect(labels['process.pid']).toBe(String(process.pid));
  expect(Object.keys(labels)).not.toContain('');
});
