import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseFile, normaliseName, type Runtime, runtimes, threadGroup } from './index.ts';

const cases: readonly (readonly [Runtime, string, string])[] = [
  ['jvm', 'java/util/HashMap.get', 'java.util.HashMap.get'],
  ['jvm', 'java.util.HashMap.get', 'java.util.HashMap.get'],
  ['jvm', 'com.acme.Job$$Lambda$14/0x0000000800c8b840.run', 'com.acme.Job$$Lambda.run'],
  ['jvm', 'com.acme.Job$$Lambda/0x00007f1234567890.run', 'com.acme.Job$$Lambda.run'],
  ['jvm', 'com.acme.Job$$Lambda$10.0x00007f12.run', 'com.acme.Job$$Lambda.run'],
  ['jvm', 'com.acme.Job$$Lambda+0x00007f12.1804.run', 'com.acme.Job$$Lambda.run'],
  ['jvm', 'com/acme/Job$$Lambda$14/1234567890.run', 'com.acme.Job$$Lambda.run'],
  ['jvm', 'com.acme.Job.lambda$main$0', 'com.acme.Job.lambda$main$0'],
  [
    'jvm',
    'java.lang.invoke.LambdaForm$MH/0x00000008000c8840.invoke',
    'java.lang.invoke.LambdaForm$MH.invoke',
  ],
  [
    'jvm',
    'java.lang.invoke.LambdaForm$DMH.0x0001.newInvokeSpecial',
    'java.lang.invoke.LambdaForm$DMH.newInvokeSpecial',
  ],
  [
    'jvm',
    'java/lang/invoke/LambdaForm$MH/12345.linkToTarget',
    'java.lang.invoke.LambdaForm$MH.linkToTarget',
  ],
  [
    'jvm',
    'jdk.internal.reflect.GeneratedMethodAccessor127.invoke',
    'jdk.internal.reflect.GeneratedMethodAccessor.invoke',
  ],
  [
    'jvm',
    'sun.reflect.GeneratedConstructorAccessor9.newInstance',
    'sun.reflect.GeneratedConstructorAccessor.newInstance',
  ],
  [
    'jvm',
    'com.acme.Shop$$FastClassBySpringCGLIB$$a1b2c3.invoke',
    'com.acme.Shop$$FastClassBySpringCGLIB.invoke',
  ],
  [
    'jvm',
    'com.acme.Shop$$EnhancerBySpringCGLIB$$deadbeef.buy',
    'com.acme.Shop$$EnhancerBySpringCGLIB.buy',
  ],
  ['jvm', 'com.acme.Shop$$SpringCGLIB$$0.buy', 'com.acme.Shop$$SpringCGLIB.buy'],
  ['jvm', 'com.acme.Shop$$EnhancerByGuice$$12345.buy', 'com.acme.Shop$$EnhancerByGuice.buy'],
  ['jvm', 'jdk.proxy2.$Proxy34.find', 'jdk.proxy.$Proxy.find'],
  ['jvm', 'com.acme.Proxy2.find', 'com.acme.Proxy2.find'],
  ['jvm', 'com.acme.Hidden/0x0000000800.run', 'com.acme.Hidden.run'],
  ['jvm', 'user$fn__1234.invoke', 'user$fn__.invoke'],
  ['nodejs', './dist/server.js:handleOrder:12', 'handleOrder'],
  ['nodejs', 'file:///app/server.mjs:handleOrder:12', 'handleOrder'],
  ['nodejs', '/app/a.js::7', '(anonymous)'],
  ['nodejs', 'node:internal/timers:listOnTimeout:507', 'listOnTimeout'],
  ['nodejs', '(anonymous:L#12:C#34)', '(anonymous:12)'],
  ['nodejs', 'C:\\app\\a.js:handleOrder:7', 'handleOrder'],
  ['nodejs', '', '(anonymous)'],
  ['nodejs', 'eval at run (file:///app/x.js:1:2)', 'eval'],
  ['nodejs', '(garbage collector)', '(garbage collector)'],
  ['nodejs', 'Parser.parse', 'Parser.parse'],
  ['python', 'threading:Condition:wait', 'threading:Condition:wait'],
  ['python', '<frozen runpy>:_run_code', '<frozen runpy>:_run_code'],
  ['python', '<ipython-input-12-0a1b2c>:<module>', '<ipython-input>:<module>'],
  ['go', 'net/http.(*conn).serve', 'net/http.(*conn).serve'],
  ['go', 'main.main.func1', 'main.main.func1'],
  ['go', '0x45f3a0', '(unknown)'],
  ['rust', 'core::ptr::drop_in_place::h0123456789abcdef', 'core::ptr::drop_in_place'],
  ['rust', 'alloc[8f2a1b3c4d5e6f70]::vec::push', 'alloc::vec::push'],
  ['native', '0x7f12ab34', '(unknown)'],
  ['native', 'facade', 'facade'],
  ['ruby', '#<Class:0x00007f8a1c0b3e28>#call', '#<Class>#call'],
  ['ruby', '_app_views_home_index_html_erb___1234567_890', '_app_views_home_index_html_erb'],
  ['php', 'App\\Http\\Kernel::handle', 'App\\Http\\Kernel::handle'],
  ['php', 'class@anonymous\0/app/a.php:3$0::run', 'class@anonymous::run'],
  ['dotnet', 'DynamicClass.lambda_method17', 'DynamicClass.lambda_method'],
];

describe('names that a runtime generates', () => {
  test.each(cases)('%s: %s is %s', (runtime, name, expected) => {
    expect(normaliseName(runtime, name)).toBe(expected);
  });

  test('normal names are fixed points', () => {
    for (const [runtime, , expected] of cases) {
      expect(normaliseName(runtime, expected)).toBe(expected);
    }
  });

  test('a hundred thousand of them give few', () => {
    const generators: readonly (readonly [Runtime, (i: number) => string])[] = [
      ['jvm', (i) => `com.acme.Job$$Lambda$${i}/0x${(i * 64).toString(16)}.run`],
      ['jvm', (i) => `com/acme/Job$$Lambda+0x${i.toString(16).padStart(16, '0')}.${i}.run`],
      ['jvm', (i) => `jdk.internal.reflect.GeneratedMethodAccessor${i}.invoke`],
      ['jvm', (i) => `com.acme.Shop$$EnhancerBySpringCGLIB$$${i.toString(16)}.buy`],
      ['jvm', (i) => `java.lang.invoke.LambdaForm$MH/0x${i.toString(16)}.invoke`],
      ['jvm', (i) => `jdk.proxy${i}.$Proxy${i}.find`],
      ['nodejs', (i) => `eval at f${i} (a.js:${i}:1)`],
      ['nodejs', (i) => `(anonymous:L#7:C#${i})`],
      ['native', (i) => `0x${i.toString(16)}`],
      ['ruby', (i) => `#<Class:0x${i.toString(16)}>#call`],
    ];
    const names = new Set<string>();
    // Far apart, for numbers of every length.
    for (let i = 0; i < 10_000 * 9973; i += 9973) {
      for (const [runtime, name] of generators) names.add(normaliseName(runtime, name(i)));
    }
    expect(names.size).toBeLessThanOrEqual(generators.length);
  });

  test('any text comes through, is never longer than before by more than a word, and takes no time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...runtimes), fc.string({ unit: 'binary' }), (runtime, name) => {
        expect(normaliseName(runtime, name).length).toBeLessThanOrEqual(name.length + 11);
      }),
    );
    for (const hostile of [
      '$',
      '/',
      ':',
      '.0',
      '/0x',
      '$$Lambda',
      'proxy1',
      'a.',
      'f:',
      '\0',
      '_',
      '[0',
    ]) {
      for (const runtime of runtimes) {
        const before = performance.now();
        normaliseName(runtime, hostile.repeat(5_000));
        expect(performance.now() - before).toBeLessThan(10_000);
      }
    }
  });
});

test('files lose their scheme and what defeats caches', () => {
  expect(normaliseFile('nodejs', 'file:///app/x.mjs?update=1699')).toBe('/app/x.mjs');
  expect(normaliseFile('nodejs', 'node:internal/timers')).toBe('node:internal/timers');
  expect(normaliseFile('nodejs', 'evalmachine.<anonymous>')).toBe('eval');
  expect(normaliseFile('python', '/tmp/ipykernel_12/345.py')).toBe('/tmp/ipykernel.py');
  expect(normaliseFile('jvm', 'Shop.java')).toBe('Shop.java');
});

test('threads of one pool share a name', () => {
  expect(threadGroup('http-worker-7')).toBe('http-worker-#');
  expect(threadGroup('http-nio-8080-exec-10')).toBe('http-nio-#-exec-#');
  expect(threadGroup('pool-1-thread-22')).toBe('pool-#-thread-#');
  expect(threadGroup('main')).toBe('main');
  expect(threadGroup('Thread-0x7f12')).toBe('Thread-#');
  expect(threadGroup('10.0.0.1:443')).toBe('#');
});
