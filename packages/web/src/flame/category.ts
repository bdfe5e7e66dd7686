import { type FrameTable, runtimes } from '@everflame/model';
import { type Category, categories, shadesPerCategory } from './palette.ts';

const word = (...names: string[]) =>
  new RegExp(`(^|[^a-z0-9])(${names.join('|')})([^a-z0-9]|$)`, 'i');

/** First that matches wins. Looked for in name, module and file together. */
const patterns: readonly (readonly [Category, RegExp])[] = [
  [
    'gc',
    /[Gg]arbage.?[Cc]ollect|\bgc\b|\bG1[A-Z]\w+|gcBgMarkWorker|gcDrain|scanobject|mallocgc|\bZ(Mark|Relocate)|_PyGC|gc_collect/,
  ],
  [
    'lock',
    /\bfutex|pthread_(mutex|cond)|ObjectMonitor|LockSupport\.park|ReentrantLock|AbstractQueuedSynchronizer|runtime\.(lock2|semacquire)|sync\.\(\*(RW)?Mutex\)|Atomics\.wait|monitor.?enter|_thread\.lock/,
  ],
  [
    'logging',
    word(
      'pino',
      'winston',
      'bunyan',
      'log4j',
      'log4js',
      'logback',
      'slf4j',
      'zap',
      'logrus',
      'zerolog',
      'loguru',
      'logging',
      'tracing_subscriber',
      'console\\.(log|error|warn|info)',
    ),
  ],
  [
    'serialisation',
    word(
      'json',
      'jackson',
      'gson',
      'protobuf',
      'protobufjs',
      'msgpack',
      'avro',
      'thrift',
      'serde',
      'serde_json',
      'simdjson',
      'ion',
      'cbor',
      'yaml',
      'pickle',
      'encoding',
      'structuredClone',
      'serialize',
      'deserialize',
    ),
  ],
  [
    'io',
    word(
      'node:(fs|net|http|https|http2|tls|dns|dgram|zlib|stream)(/\\w+)?',
      'node:internal/(fs|net|http|tls|dns|stream_base_commons|streams)(/\\w+)?',
      'socket',
      'sockets',
      'epoll',
      'epoll_wait',
      'netpoll',
      'java\\.net',
      'sun\\.nio',
      'internal/poll',
      'syscall',
    ),
  ],
  // System calls by their bare name; a `write` with a file is somebody's function.
  [
    'io',
    /^(__)?(readv?|writev?|pread|pwrite|recv|recvmsg|send|sendmsg|sendto|poll|select)(64)?\s+(libc\S*)?\s*$/,
  ],
];

const runtimeFrame =
  /^\((root|program|idle|native|external)\)$|^(Node\.js|Non JS threads activity)$|^(node:|internal\/|java\.|javax\.|jdk\.|sun\.|runtime\.|std::|core::|alloc::|libc|libpthread|ld-)|^<(frozen|built-in)|(^|\/)(lib\/python\d|usr\/lib\/|go\/src\/)|\blibc\.so|\bvmlinux|\blibjvm|\blibstdc/;
const libraryFrame =
  /node_modules|site-packages|dist-packages|\/go\/pkg\/mod\/|\.cargo\/registry|^(org|io|net)\.[a-z]+\.|^com\.(google|amazonaws|fasterxml|zaxxer|mysql|sun)\.|^software\.amazon\.|\/gems\/|\.jar$|vendor\//;

/** The profiler's own work, which is nobody's code to improve but ours. */
const agentFile = /(^|\/)(@everflame\/agent|packages\/agent\/dist)\//;

/** Symbols of a virtual machine written in C++, or of the system below it: no Java name looks so. */
const nativeName = /::|^[^.]*$/;

/** Anything that names a function: a row of a table, or what the API says of a frame. */
export interface FrameNames {
  readonly name: string;
  readonly file: string;
  readonly module: string;
  readonly runtime: string;
}

/**
 * What kind of code a frame is, from its names alone. A guess for the eye: nothing is counted by it.
 * Everything that no pattern knows is taken for the reader's own code.
 */
export function categoryOf({ name, file, module, runtime }: FrameNames): Category {
  if (agentFile.test(file)) return 'runtime';
  const text = `${name} ${module} ${file}`;
  for (const [category, pattern] of patterns) if (pattern.test(text)) return category;
  if ([name, file, module].some((part) => runtimeFrame.test(part))) return 'runtime';
  if (runtime === 'jvm' && nativeName.test(name)) return 'runtime';
  // All JavaScript comes from a file; what has none is Node.js itself, written in C++.
  if (runtime === 'nodejs' && file === '') return 'runtime';
  return [name, file, module].some((part) => libraryFrame.test(part)) ? 'library' : 'mine';
}

/** The package a frame belongs to: its module where it has one, else what its file or name begins with. */
export function packageOf(name: string, file: string, module: string): string {
  if (module !== '') return module;
  const inModules = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
  if (inModules !== undefined) return inModules;
  const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
  return folder !== '' ? folder : name.split(/[.:/]/, 2).join('.');
}

/** FNV-1a over UTF-16 units: same package, same shade, in every range and on every machine. */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

export type Colouring = 'category' | 'package';

/** Index into the painter's fills for every frame. The root is plain. */
export function fillIndexes(frames: FrameTable, by: Colouring): Uint8Array {
  const runtime = categories.indexOf('runtime');
  const all = categories.length * shadesPerCategory;
  return Uint8Array.from(frames.name, (name, i) => {
    if (name === '') return runtime * shadesPerCategory;
    const file = frames.file[i] ?? '';
    const module = frames.module[i] ?? '';
    const hash = hashOf(packageOf(name, file, module));
    if (by === 'package') return hash % all;
    const language = runtimes[frames.runtime[i] ?? 0] ?? 'other';
    const category = categories.indexOf(categoryOf({ name, file, module, runtime: language }));
    return category * shadesPerCategory + (hash % shadesPerCategory);
  });
}
