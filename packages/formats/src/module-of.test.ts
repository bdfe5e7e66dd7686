import type { Runtime } from '@everflame/model';
import { expect, test } from 'vitest';
import { moduleOf } from './module-of.ts';
import { runtimeOfFile, runtimeOfFunctions } from './runtime-of.ts';

test.each<[Runtime, string, string, string]>([
  ['go', 'compress/flate.(*compressor).init', '', 'compress/flate'],
  ['go', 'main.main', '', 'main'],
  ['go', 'slices.SortFunc[go.shape.[]a/b.T]', '', 'slices'],
  ['nodejs', 'run', '/app/node_modules/a/node_modules/@b/c/index.js', '@b/c'],
  ['nodejs', 'run', '/app/src/run.js', ''],
  ['nodejs', 'read', 'node:fs', 'node:fs'],
  ['python', 'f', '/usr/lib/python3/dist-packages/yaml/reader.py', 'yaml'],
  ['python', 'f', '/venv/lib/site-packages/six.py', 'six'],
  ['python', 'f', '/site-packages/a/site-packages/b-packages/c.py', 'b-packages'],
  ['python', 'f', '/home/my-site-packages/c.py', ''],
  ['ruby', 'call', '/gems/rack-2.2.3/lib/rack.rb', 'rack'],
  ['ruby', 'call', '/ruby/gems/3.2.0/gems/rack-test-1.1.0/lib/a.rb', 'rack-test'],
  ['ruby', 'call', '/gems/rack-2.2.3', ''],
  ['jvm', 'java.util.regex.Pattern.peek', '', 'java.util.regex'],
  ['jvm', 'HotApp.main', '', ''],
])('the module of a %s function %s in %s is %j', (runtime, name, file, module) => {
  expect(moduleOf(runtime, { name, file })).toBe(module);
});

test('the module of native code is its binary', () => {
  expect(moduleOf('native', { name: 'malloc', file: '', binary: '/usr/lib/libc.so.6' })).toBe(
    'libc.so.6',
  );
});

test.each([
  ['/app/x.mjs', 'nodejs'],
  ['node:internal/fs', 'nodejs'],
  ['main.go', 'go'],
  ['Makefile', undefined],
  ['a.constructor', undefined],
])('%s is of %s', (file, runtime) => {
  expect(runtimeOfFile(file)).toBe(runtime);
});

test('most functions decide the runtime of a profile, their files before their names', () => {
  const files = ['a.py', 'b.py', 'c.js'];
  expect(runtimeOfFunctions(3, (index) => ({ name: 'f', file: files[index]! }))).toBe('python');
  expect(runtimeOfFunctions(1, () => ({ name: 'java/util/List.get', file: '' }))).toBe('jvm');
  expect(runtimeOfFunctions(0, () => ({ name: '', file: '' }))).toBe('other');
});
