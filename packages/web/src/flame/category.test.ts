import { expect, test } from 'vitest';
import { categoryOf, fillIndexes, packageOf } from './category.ts';
import { categories, shadesPerCategory } from './palette.ts';

test.each([
  ['OrderService.total', '/app/src/orders.ts', '', 'mine'],
  ['compose', '/app/node_modules/hono/dist/compose.js', 'hono', 'library'],
  ['processTicksAndRejections', 'node:internal/process/task_queues', '', 'runtime'],
  ['(garbage collector)', '', '', 'gc'],
  ['runtime.gcBgMarkWorker', '', 'runtime', 'gc'],
  ['G1ParEvacuateFollowersClosure::do_void', '', 'libjvm.so', 'gc'],
  ['write', '/app/node_modules/pino/lib/tools.js', 'pino', 'logging'],
  ['org.apache.logging.log4j.core.Logger.log', '', '', 'logging'],
  ['JSON.parse', '', '', 'serialisation'],
  ['com.fasterxml.jackson.core.json.UTF8StreamJsonParser.nextToken', '', '', 'serialisation'],
  ['Socket._writeGeneric', 'node:net', '', 'io'],
  ['writev', '', '', 'io'],
  ['write', '/app/src/report.ts', '', 'mine'],
  ['java.util.concurrent.locks.LockSupport.park', '', '', 'lock'],
  ['java.util.HashMap.put', '', '', 'runtime'],
  ['Non JS threads activity', '', '', 'runtime'],
  ['Garbage Collection', '', '', 'gc'],
  ['main.handle', '/srv/main.go', 'main', 'mine'],
])('%s of %s is %s', (name, file, module, category) => {
  expect(categoryOf({ name, file, module, runtime: 'other' })).toBe(category);
});

test('below Java code lies the machine that runs it, below Go code lies Go', () => {
  const of = (name: string, runtime: string) => categoryOf({ name, file: '', module: '', runtime });
  expect(of('GangWorker::loop', 'jvm')).toBe('runtime');
  expect(of('start_thread', 'jvm')).toBe('runtime');
  expect(of('HotApp.fib', 'jvm')).toBe('mine');
  expect(of('compress', 'native')).toBe('mine');
});

test('what Node.js does without a file is its own, and so is what the agent does', () => {
  const of = (name: string, file: string) =>
    categoryOf({ name, file, module: '', runtime: 'nodejs' });
  for (const name of ['update', '(external)', 'postMessage', 'writeString', '(anonymous)'])
    expect(of(name, ''), name).toBe('runtime');
  expect(of('Hash.update', 'node:internal/crypto/hash')).toBe('runtime');
  expect(of('update', '/srv/shop/app.js')).toBe('mine');
  expect(of('encodeJson', '/srv/node_modules/@everflame/agent/dist/index.js')).toBe('runtime');
  expect(of('encodeJson', 'file:///opt/everflame/packages/agent/dist/start.js')).toBe('runtime');
});

test('a package keeps its colour whatever else is in the picture', () => {
  const frames = (names: readonly string[]) => ({
    length: names.length,
    name: names,
    file: names.map(() => '/app/node_modules/pg/lib/pool.js'),
    module: names.map(() => ''),
    runtime: new Uint8Array(names.length),
  });
  const few = fillIndexes(frames(['query']), 'package');
  const many = fillIndexes(frames(['a', 'b', 'query']), 'package');
  expect(many[2]).toBe(few[0]);
  expect(fillIndexes(frames(['']), 'category')[0]).toBe(
    categories.indexOf('runtime') * shadesPerCategory,
  );
});

test('a package is the module, the folder in node_modules, or how the name begins', () => {
  expect(packageOf('x', '/a/node_modules/@scope/pkg/x.js', '')).toBe('@scope/pkg');
  expect(packageOf('x', '/app/src/orders/x.ts', '')).toBe('/app/src/orders');
  expect(packageOf('java.util.HashMap.put', '', '')).toBe('java.util');
});
