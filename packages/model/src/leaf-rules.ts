import type { Runtime } from './frame-table.ts';
import type { ThreadState } from './measure.ts';

/**
 * What a thread is doing when such a function is its innermost. Names are normalised ones; `*` stands for letters, digits and
 * underscores, `**` at an end for whatever comes before or behind a whole word, `:` for a dot too.
 */
export interface LeafRule {
  readonly leaf: readonly string[];
  /** One of these must be a caller, where given. A leaf that is asked for its callers has a rule without them, too. */
  readonly under?: readonly string[];
  /** How near a caller must be: 1 is the caller itself. Default: any. What a pool runs is also called by the pool. */
  readonly within?: number;
  readonly state: ThreadState;
  /** For docs/thread-states.md. */
  readonly meaning: string;
}

/** With and without the underscores of a C library. */
const system = (...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => [name, `__${name}`]);

const native: readonly LeafRule[] = [
  {
    leaf: system(
      ...['epoll_wait', 'epoll_wait2', 'epoll_pwait', 'epoll_pwait2', 'poll', 'ppoll', 'select'],
      ...['pselect', 'kevent', 'kevent64', 'accept', 'accept4'],
    ),
    state: 'IDLE',
    meaning: 'waits for any event or the next connection',
  },
  {
    leaf: system(
      ...['pthread_cond_wait**', 'pthread_cond_timedwait**', 'futex**', 'futex_wait**'],
      ...['sem_wait**', 'sigwait**'],
    ),
    state: 'WAITING',
    meaning: 'waits for another thread or a signal',
  },
  {
    leaf: system('sleep', 'usleep', 'nanosleep', 'clock_sleep', 'clock_usleep', 'clock_nanosleep'),
    state: 'TIMED_WAITING',
    meaning: 'sleeps',
  },
];

const jvm: readonly LeafRule[] = [
  {
    leaf: ['**Unsafe.park', '**LockSupport.park*'],
    under: [
      ...['**ThreadPoolExecutor.getTask', '**ForkJoinPool.awaitWork', '**ForkJoinPool.runWorker'],
      '**DelayedWorkQueue.take',
    ],
    state: 'IDLE',
    meaning: 'a worker of a pool waits for work',
  },
  {
    leaf: ['**Object.wait', '**Object.wait0'],
    under: ['**ReferenceQueue*.remove*'],
    state: 'IDLE',
    meaning: 'a cleaner waits for garbage',
  },
  {
    leaf: [
      ...['**EPoll.wait', '**EPollArrayWrapper.epollWait', '**epollWait', '**KQueue*.poll'],
      ...['**KQueue*.kevent', '**KQueue*.kevent0', '**kevent', '**poll0', '**Net.poll'],
      ...['**Net.accept', '***SocketImpl.accept', '***SocketImpl.socketAccept'],
    ],
    state: 'IDLE',
    meaning: 'waits for any event or the next connection',
  },
  {
    leaf: [
      ...['**SocketDispatcher.read', '**SocketDispatcher.read0'],
      '**SocketInputStream.socketRead0',
    ],
    state: 'WAITING',
    meaning: 'waits for an answer: latency, not idleness',
  },
  { leaf: ['**Thread.sleep*'], state: 'TIMED_WAITING', meaning: 'sleeps' },
  {
    leaf: ['**Unsafe.park', '**LockSupport.park*', '**Object.wait', '**Object.wait0'],
    state: 'WAITING',
    meaning: 'waits for another thread',
  },
];

const nodejs: readonly LeafRule[] = [
  { leaf: ['(idle)'], state: 'IDLE', meaning: 'the event loop has nothing to do' },
  ...native,
];

const python: readonly LeafRule[] = [
  {
    leaf: ['<queue.get>', 'threading:Condition:wait'],
    under: [
      'cheroot.workers.threadpool:*:_process_connections_until_interrupted',
      ...['cheroot.workers.threadpool:*:run', 'cheroot.server:*:_serve_unservicable'],
      ...['concurrent.futures.thread:_worker', 'waitress.task:*:handler_thread'],
      ...['logging.handlers:QueueListener:dequeue', 'gunicorn.arbiter:Arbiter:wait_for_signals'],
      ...['threading:Timer:run', 'apscheduler.schedulers.*:*:_main_loop'],
    ],
    within: 2,
    state: 'IDLE',
    meaning: 'a worker of a pool waits for work, or a timer for its time',
  },
  {
    leaf: ['<Sleep>'],
    under: [
      ...['django.utils.autoreload:*:tick', 'werkzeug._reloader:*:run', 'celery.beat:*:start'],
      ...['pymongo.periodic_executor:*:_run', 'kombu.asynchronous.hub:Hub:create_loop'],
      'eventlet.hubs.*:*:wait',
    ],
    within: 2,
    state: 'IDLE',
    meaning: 'looks after something now and then, or an event loop has nothing to wait for',
  },
  {
    leaf: ['selectors:*:select'],
    under: ['multiprocessing.pool:_wait_for_updates', 'multiprocessing.pool:*:_wait_for_updates'],
    within: 2,
    state: 'IDLE',
    meaning: 'keeps a pool of processes complete',
  },
  {
    leaf: ['selectors:*:select'],
    under: ['subprocess:*:_communicate', 'multiprocessing.connection:wait', 'psycopg.waiting:*'],
    within: 2,
    state: 'WAITING',
    meaning: 'waits for a process or a database',
  },
  {
    leaf: [
      ...[
        'selectors:*:select',
        'selectors:select',
        'select:*',
        'select:*:poll',
        'select:*:control',
      ],
      ...['asyncore:poll', 'asyncore:poll2', 'waitress.wasyncore:poll', 'waitress.wasyncore:poll2'],
      ...['twisted.internet.*:*:doPoll', 'twisted.internet.*:*:doSelect', 'gevent.hub:Hub:run'],
      ...['eventlet.hubs.*:*:do_poll', 'eventlet.hubs.*:*:wait', 'kombu.utils.eventio:*:poll'],
      ...['zmq.sugar.poll:*:poll', 'grpc._server:_serve', 'grpc._channel:channel_spin'],
    ],
    state: 'IDLE',
    meaning: 'an event loop (asyncio and others) waits for any event',
  },
  {
    leaf: ['asyncio.runners:run', 'asyncio.runners:Runner:run', 'uvicorn.server:Server:run'],
    state: 'IDLE',
    meaning: 'an event loop in C (uvloop) waits for any event',
  },
  {
    leaf: [
      ...['socket:*:accept', 'socketserver:*:serve_forever', 'gunicorn.workers.*:*:wait'],
      ...['gunicorn.workers.*:*:accept', 'gunicorn.arbiter:Arbiter:sleep'],
    ],
    state: 'IDLE',
    meaning: 'a server waits for the next connection',
  },
  {
    leaf: [
      ...['multiprocessing.pool:_handle_tasks', 'multiprocessing.pool:_handle_results'],
      'multiprocessing.pool:_handle_workers',
    ],
    state: 'IDLE',
    meaning: 'hands work to a pool of processes',
  },
  {
    leaf: ['multiprocessing.connection:*:_recv', 'multiprocessing.connection:*:_recv_bytes'],
    under: ['multiprocessing.queues:SimpleQueue:get', 'multiprocessing.pool:_handle_results'],
    within: 3,
    state: 'IDLE',
    meaning: 'a pool of processes waits for work or results',
  },
  {
    leaf: ['<Sleep>', '<queue.get>'],
    state: 'WAITING',
    meaning: 'the agent of CodeGuru saw a call of `sleep`, or of a blocking `get`',
  },
  {
    leaf: [
      ...['threading:wait', 'threading:*:wait', 'threading:*:wait_for', 'threading:wait_for'],
      ...['threading:*:join', 'threading:join', 'threading:*:_wait_for_tstate_lock'],
      ...['threading:_wait_for_tstate_lock', 'threading:_shutdown', 'queue:get', 'queue:*:get'],
      ...['multiprocessing.queues:get', 'multiprocessing.queues:*:get'],
      ...['multiprocessing.synchronize:*:__enter__', 'multiprocessing.synchronize:*:acquire'],
    ],
    state: 'WAITING',
    meaning: 'waits for another thread or process',
  },
  {
    leaf: [
      ...['subprocess:*:_try_wait', 'subprocess:*:_wait', 'subprocess:*:wait'],
      ...['subprocess:*:communicate', 'subprocess:*:_communicate'],
      ...['multiprocessing.popen_*:*:wait', 'multiprocessing.popen_*:*:poll'],
      ...['multiprocessing.connection:*:_recv', 'multiprocessing.connection:*:_recv_bytes'],
    ],
    state: 'WAITING',
    meaning: 'waits for a process',
  },
  {
    leaf: [
      ...['ssl:read', 'ssl:recv*', 'ssl:SSLSocket:read', 'ssl:SSLSocket:recv*'],
      ...[
        'socket:*:readinto',
        'socket:*:recv*',
        'psycopg.waiting:*',
        'psycopg2.extras:wait_select',
      ],
    ],
    state: 'WAITING',
    meaning: 'waits for an answer',
  },
  { leaf: ['time:sleep'], state: 'TIMED_WAITING', meaning: 'sleeps' },
  {
    leaf: [
      ...['ssl:SSLSocket:do_handshake', 'socket:create_connection', 'urllib3.util.wait:do_poll'],
      ...['urllib3.util.wait:*:do_poll', 'concurrent.futures.thread:_worker'],
    ],
    state: 'RUNNABLE',
    meaning: 'what CodeGuru Profiler counts as running, although it may wait',
  },
  { leaf: ['<Truncated>'], state: 'UNKNOWN', meaning: 'the innermost frames were cut off' },
];

const go: readonly LeafRule[] = [
  {
    leaf: ['runtime.gopark', 'runtime.goparkunlock', 'runtime.notetsleepg'],
    state: 'WAITING',
    meaning: 'a goroutine waits',
  },
  {
    leaf: [
      ...['runtime.futex', 'runtime.epollwait', 'runtime.netpoll', 'runtime.notesleep'],
      'runtime.usleep',
    ],
    state: 'IDLE',
    meaning: 'the scheduler has nothing to run',
  },
  { leaf: ['time.Sleep'], state: 'TIMED_WAITING', meaning: 'sleeps' },
];

const ruby: readonly LeafRule[] = [
  {
    leaf: ['Queue', 'SizedQueue', 'ConditionVariable'].flatMap((one) => [
      ...[`**${one}#pop`, `**${one}#shift`, `**${one}#wait`],
    ]),
    state: 'WAITING',
    meaning: 'waits for another thread',
  },
  { leaf: ['**Kernel#sleep'], state: 'TIMED_WAITING', meaning: 'sleeps' },
  {
    leaf: ['**IO.select', '**IO#select', '**IO.wait_readable', '**IO#wait_readable'],
    state: 'IDLE',
    meaning: 'waits for any event',
  },
];

const php: readonly LeafRule[] = [
  { leaf: ['sleep', 'usleep'], state: 'TIMED_WAITING', meaning: 'sleeps' },
];

const dotnet: readonly LeafRule[] = [
  { leaf: ['**Thread.Sleep*'], state: 'TIMED_WAITING', meaning: 'sleeps' },
  {
    leaf: ['**Monitor.Wait', '**WaitHandle.Wait*', '**ManualResetEventSlim.Wait'],
    state: 'WAITING',
    meaning: 'waits for another thread',
  },
];

/** The first that fits wins. docs/thread-states.md publishes them. */
export const leafRules: Readonly<Record<Runtime, readonly LeafRule[]>> = {
  jvm,
  nodejs,
  python,
  go,
  ruby,
  php,
  dotnet,
  rust: native,
  native,
  other: native,
};
