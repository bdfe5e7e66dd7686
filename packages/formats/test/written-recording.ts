import type { Bytes, Writer, WrittenChunk, WrittenField, WrittenTypes } from './jfr-writer.ts';

const text = (name: string): WrittenField => ({ name, type: 'java.lang.String' });
const long = (name: string): WrittenField => ({ name, type: 'long' });
const key = (name: string, type: string): WrittenField => ({ name, type, pooled: true });
const ticks = (name: string): WrittenField => ({ name, type: 'long', unit: 'TICKS' });
const eventThread = key('eventThread', 'java.lang.Thread');
const stackTrace = key('stackTrace', 'jdk.types.StackTrace');
const state = key('state', 'jdk.types.ThreadState');

/** As a JDK describes them, less what nobody reads. */
export const jdkTypes: WrittenTypes = {
  'java.lang.Thread': [text('osName'), long('osThreadId'), text('javaName'), long('javaThreadId')],
  'java.lang.Class': [key('name', 'jdk.types.Symbol'), { name: 'modifiers', type: 'int' }],
  'jdk.types.Symbol': [text('string')],
  'jdk.types.Method': [
    key('type', 'java.lang.Class'),
    key('name', 'jdk.types.Symbol'),
    key('descriptor', 'jdk.types.Symbol'),
  ],
  'jdk.types.StackFrame': [
    key('method', 'jdk.types.Method'),
    { name: 'lineNumber', type: 'int' },
    { name: 'bytecodeIndex', type: 'int' },
  ],
  'jdk.types.StackTrace': [
    { name: 'truncated', type: 'boolean' },
    { name: 'frames', type: 'jdk.types.StackFrame', array: true },
  ],
  'jdk.types.ThreadState': [text('name')],
  'jdk.types.GCName': [text('name')],
  'jdk.types.GCCause': [text('cause')],
  'jdk.types.VirtualSpace': [long('start'), long('committedSize'), long('reservedSize')],
  'jdk.ExecutionSample': [
    ticks('startTime'),
    key('sampledThread', 'java.lang.Thread'),
    stackTrace,
    state,
  ],
  'jdk.NativeMethodSample': [
    ticks('startTime'),
    key('sampledThread', 'java.lang.Thread'),
    stackTrace,
    state,
  ],
  'jdk.CPUTimeSample': [
    ticks('startTime'),
    stackTrace,
    eventThread,
    { name: 'failed', type: 'boolean' },
    { name: 'samplingPeriod', type: 'long', unit: 'NANOSECONDS' },
  ],
  'jdk.ThreadSleep': [ticks('startTime'), ticks('duration'), eventThread, stackTrace],
  'jdk.JavaMonitorWait': [
    ticks('startTime'),
    ticks('duration'),
    eventThread,
    stackTrace,
    { name: 'timeout', type: 'long', unit: 'MILLISECONDS' },
  ],
  'jdk.JavaMonitorEnter': [ticks('startTime'), ticks('duration'), eventThread, stackTrace],
  'jdk.ThreadPark': [
    ticks('startTime'),
    ticks('duration'),
    eventThread,
    stackTrace,
    key('parkedClass', 'java.lang.Class'),
    { name: 'timeout', type: 'long', unit: 'NANOSECONDS' },
    { name: 'until', type: 'long' },
  ],
  'jdk.SocketRead': [ticks('startTime'), ticks('duration'), eventThread, stackTrace, text('host')],
  'jdk.ObjectAllocationSample': [ticks('startTime'), eventThread, stackTrace, long('weight')],
  'jdk.ObjectAllocationInNewTLAB': [
    ticks('startTime'),
    eventThread,
    stackTrace,
    long('allocationSize'),
    long('tlabSize'),
  ],
  'profiler.WallClockSample': [
    ticks('startTime'),
    key('sampledThread', 'java.lang.Thread'),
    stackTrace,
    state,
    { name: 'samples', type: 'int' },
  ],
  'profiler.LiveObject': [ticks('startTime'), eventThread, stackTrace, long('allocationSize')],
  'profiler.Malloc': [ticks('startTime'), eventThread, stackTrace, long('size')],
  'jdk.JavaExceptionThrow': [ticks('startTime'), eventThread, stackTrace, text('message')],
  'jdk.JavaErrorThrow': [ticks('startTime'), eventThread, stackTrace, text('message')],
  'jdk.GarbageCollection': [
    ticks('startTime'),
    { name: 'gcId', type: 'int' },
    key('name', 'jdk.types.GCName'),
    key('cause', 'jdk.types.GCCause'),
    ticks('sumOfPauses'),
  ],
  'jdk.GCCPUTime': [
    { name: 'gcId', type: 'int' },
    { name: 'userTime', type: 'long', unit: 'NANOSECONDS' },
    { name: 'systemTime', type: 'long', unit: 'NANOSECONDS' },
  ],
  'jdk.GCHeapSummary': [
    ticks('startTime'),
    { name: 'heapSpace', type: 'jdk.types.VirtualSpace' },
    long('heapUsed'),
  ],
  'jdk.CPULoad': [
    { name: 'jvmUser', type: 'float' },
    { name: 'jvmSystem', type: 'float' },
  ],
  'jdk.CPUInformation': [text('cpu'), { name: 'hwThreads', type: 'int' }],
  'jdk.ExceptionStatistics': [long('throwables')],
  'jdk.ActiveSetting': [long('id'), text('name'), text('value')],
};

const symbol =
  (value: string): Bytes =>
  (writer) =>
    writer.utf8(value);

/** A frame of the method with this key, at this line. */
export const frames =
  (...list: readonly (readonly [method: number | bigint, line: number])[]): Bytes =>
  (writer) => {
    writer.byte(0);
    writer.int(list.length);
    for (const [method, line] of list) {
      writer.long(method);
      writer.int(line);
      writer.int(0);
    }
  };

export const thread =
  (name: Bytes, id = 7): Bytes =>
  (writer) => {
    writer.byte(0);
    writer.long(id);
    name(writer);
    writer.long(1);
  };

/** Methods 1 Shop.sell, 2 Shop.main, 3 epoll_wait of libc, 4 Unsafe.park, 5 ThreadPoolExecutor.getTask. */
export const jdkPools: WrittenChunk['checkpoints'][number] = {
  'jdk.types.Symbol': [
    'shop/Shop',
    'sell',
    'main',
    'libc.so.6',
    'epoll_wait',
    '()L;',
    'jdk/internal/misc/Unsafe',
    'park',
    'java/util/concurrent/ThreadPoolExecutor',
    'getTask',
    'java/util/concurrent/locks/ReentrantLock$NonfairSync',
    '()V',
  ].map((value, index) => [index + 1, symbol(value)] as const),
  'java.lang.Class': [1, 4, 7, 9, 11].map((name, index) => [
    index + 1,
    (writer: Writer) => {
      writer.long(name);
      writer.int(1);
    },
  ]),
  'jdk.types.Method': [
    [1, 2, 12],
    [1, 3, 12],
    [2, 5, 6],
    [3, 8, 12],
    [4, 10, 12],
  ].map((keys, index) => [
    index + 1,
    (writer: Writer) => {
      for (const one of keys) writer.long(one);
    },
  ]),
  'java.lang.Thread': [[1, thread((writer) => writer.utf8('worker-1'))]],
  'jdk.types.ThreadState': [
    [1, symbol('STATE_RUNNABLE')],
    [2, symbol('STATE_SLEEPING')],
  ],
  'jdk.types.StackTrace': [
    [1, frames([1, 12], [2, 3])],
    [2, frames([3, 0], [1, 13], [2, 3])],
    [3, frames([4, 0], [5, 1])],
  ],
};

/** Structs lie in line. */
const flattened = (type: string): readonly WrittenField[] =>
  (jdkTypes[type] ?? []).flatMap((field) =>
    field.pooled || !jdkTypes[field.type] ? [field] : flattened(field.type),
  );

function writeNumber(writer: Writer, type: string, value: number | bigint): void {
  if (type === 'int') writer.int(Number(value));
  else if (type === 'float') writer.float(Number(value));
  else if (type === 'boolean' || type === 'java.lang.String') writer.byte(value ? 1 : 0);
  else writer.long(value);
}

/** Of numbers alone, in the order of the type's fields; strings are empty, or none for 0. */
export const event = (type: string, ...values: readonly (number | bigint)[]) =>
  [
    type,
    (writer: Writer) => {
      for (const [index, field] of flattened(type).entries()) {
        writeNumber(writer, field.type, values[index] ?? 0);
      }
    },
  ] as const;

export const recording = (
  events: WrittenChunk['events'],
  more: Partial<WrittenChunk> = {},
): WrittenChunk => ({ types: jdkTypes, checkpoints: [jdkPools], events, ...more });
