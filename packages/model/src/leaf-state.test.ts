import { expect, test } from 'vitest';
import { leafState, type Runtime } from './index.ts';

test.each<[Runtime, string, string[], string | undefined]>([
  ['nodejs', '(idle)', [], 'IDLE'],
  ['nodejs', '(garbage collector)', [], undefined],
  ['nodejs', 'parse', [], undefined],
  ['python', '<Sleep>', [], 'WAITING'],
  ['python', '<queue.get>', [], 'WAITING'],
  ['python', 'threading:Condition:wait', [], 'WAITING'],
  ['python', 'threading:Thread:join', [], 'WAITING'],
  ['python', 'ssl:SSLSocket:read', [], 'WAITING'],
  ['python', 'selectors:EpollSelector:select', [], 'IDLE'],
  ['python', 'app:do_poll', [], undefined],
  [
    'jvm',
    'jdk.internal.misc.Unsafe.park',
    ['java.util.concurrent.ThreadPoolExecutor.getTask'],
    'IDLE',
  ],
  ['jvm', 'jdk.internal.misc.Unsafe.park', ['java.util.concurrent.ForkJoinPool.awaitWork'], 'IDLE'],
  ['jvm', 'jdk.internal.misc.Unsafe.park', ['java.util.concurrent.FutureTask.get'], 'WAITING'],
  ['jvm', 'java.lang.Object.wait0', ['java.lang.ref.ReferenceQueue.remove'], 'IDLE'],
  ['jvm', 'java.lang.Object.wait', [], 'WAITING'],
  ['jvm', 'java.lang.Thread.sleep', [], 'TIMED_WAITING'],
  ['jvm', 'sun.nio.ch.EPoll.wait', [], 'IDLE'],
  ['jvm', 'sun.nio.ch.EPollArrayWrapper.epollWait', [], 'IDLE'],
  ['jvm', 'sun.nio.ch.Net.accept', [], 'IDLE'],
  ['jvm', 'sun.nio.ch.SocketDispatcher.read0', [], 'WAITING'],
  ['jvm', 'com.acme.Shop.park', [], undefined],
  ['go', 'runtime.gopark', [], 'WAITING'],
  ['go', 'runtime.futex', [], 'IDLE'],
  ['native', 'epoll_wait', [], 'IDLE'],
  ['native', '__futex_wait', [], 'WAITING'],
  ['native', 'nanosleep', [], 'TIMED_WAITING'],
  ['php', 'usleep', [], 'TIMED_WAITING'],
  ['ruby', 'Thread::Queue#pop', [], 'WAITING'],
  ['dotnet', 'System.Threading.Thread.Sleep', [], 'TIMED_WAITING'],
])('%s: %s below %j is %s', (runtime, leaf, callers, expected) => {
  expect(leafState(runtime, leaf, callers)).toBe(expected);
});
