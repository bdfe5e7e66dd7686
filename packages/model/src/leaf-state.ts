import type { Runtime } from './frame-table.ts';
import type { ThreadState } from './measure.ts';

interface LeafRule {
  readonly leaf: RegExp;
  /** Some caller must match, where given. */
  readonly under?: RegExp;
  readonly state: ThreadState;
}

const systemWait: readonly LeafRule[] = [
  { leaf: /^(__)?(epoll_p?wait2?|p?poll|p?select|kevent(64)?|accept4?|__poll)$/, state: 'IDLE' },
  { leaf: /^(__)?(pthread_cond_(timed)?wait|futex(_wait)?|sem_wait|sigwait)\b/, state: 'WAITING' },
  { leaf: /^(__)?(clock_)?(nano|u)?sleep$/, state: 'TIMED_WAITING' },
];

/** The first that fits wins: idle before waiting. */
const rules: Readonly<Record<Runtime, readonly LeafRule[]>> = {
  jvm: [
    {
      leaf: /\b(Unsafe\.park|LockSupport\.park\w*)$/,
      under:
        /\b(ThreadPoolExecutor\.getTask|ForkJoinPool\.(awaitWork|runWorker)|DelayedWorkQueue\.take)$/,
      state: 'IDLE',
    },
    { leaf: /\bObject\.wait0?$/, under: /\bReferenceQueue\w*\.remove\w*$/, state: 'IDLE' },
    {
      leaf: /\b(EPoll(ArrayWrapper)?\.(epollW|w)ait|epollWait|KQueue\w*\.(poll|kevent0?)|kevent|poll0|Net\.(poll|accept)|\w*SocketImpl\.(accept|socketAccept))$/,
      state: 'IDLE',
    },
    // Waiting for an answer is latency, not idleness.
    { leaf: /\b(SocketDispatcher\.read0?|SocketInputStream\.socketRead0)$/, state: 'WAITING' },
    { leaf: /\bThread\.sleep\w*$/, state: 'TIMED_WAITING' },
    { leaf: /\b(Unsafe\.park|LockSupport\.park\w*|Object\.wait0?)$/, state: 'WAITING' },
  ],
  nodejs: [{ leaf: /^\(idle\)$/, state: 'IDLE' }, ...systemWait],
  python: [
    { leaf: /^<(Sleep|queue\.get)>$/, state: 'WAITING' },
    {
      leaf: /^threading[:.](\w+[:.])?(wait|wait_for|join|_wait_for_tstate_lock)$/,
      state: 'WAITING',
    },
    { leaf: /^(queue|multiprocessing\.queues)[:.](\w+[:.])?get$/, state: 'WAITING' },
    { leaf: /^ssl[:.](SSLSocket[:.])?(read|recv\w*)$/, state: 'WAITING' },
    { leaf: /^selectors[:.](\w+[:.])?select$/, state: 'IDLE' },
    { leaf: /^time[:.]sleep$/, state: 'TIMED_WAITING' },
  ],
  go: [
    { leaf: /^runtime\.(gopark|goparkunlock|notetsleepg)$/, state: 'WAITING' },
    { leaf: /^runtime\.(futex|epollwait|netpoll|notesleep|usleep)$/, state: 'IDLE' },
    { leaf: /^time\.Sleep$/, state: 'TIMED_WAITING' },
  ],
  ruby: [
    {
      leaf: /\b(Queue|SizedQueue|ConditionVariable|Thread::Queue)#(pop|shift|wait)$/,
      state: 'WAITING',
    },
    { leaf: /\bKernel#sleep$/, state: 'TIMED_WAITING' },
    { leaf: /\bIO[.#](select|wait_readable)$/, state: 'IDLE' },
  ],
  php: [{ leaf: /^u?sleep$/, state: 'TIMED_WAITING' }],
  dotnet: [
    { leaf: /\bThread\.Sleep\w*$/, state: 'TIMED_WAITING' },
    { leaf: /\b(Monitor\.Wait|WaitHandle\.Wait\w+|ManualResetEventSlim\.Wait)$/, state: 'WAITING' },
  ],
  rust: systemWait,
  native: systemWait,
  other: systemWait,
};

/**
 * What a thread did, told by the innermost frame where the source does not say it; undefined where the
 * frame tells nothing. `leaf` and `callers` (any order) are normalised names.
 */
export const leafState = (
  runtime: Runtime,
  leaf: string,
  callers: readonly string[] = [],
): ThreadState | undefined =>
  rules[runtime].find(
    (rule) =>
      rule.leaf.test(leaf) && (!rule.under || callers.some((caller) => rule.under?.test(caller))),
  )?.state;
