import { FrameTableBuilder, Problem, type Thread } from '@everflame/model';
import type { Limits } from '../format.ts';
import { normalisedFrame } from '../normalised-frame.ts';
import { StackTableBuilder } from '../stack-table-builder.ts';
import type { ConstantPools, Constants } from './constant-pools.ts';
import type { JfrReader } from './jfr-reader.ts';

/** Frames, stacks and threads of all chunks. */
export class SymbolTables {
  readonly frames = new FrameTableBuilder();
  readonly stacks: StackTableBuilder;
  readonly threads: Thread[] = [{ name: '' }];
  hasLines = false;
  truncatedStacks = 0;
  readonly #frameRows = new Map<string, number>();
  readonly #threadRows = new Map<string, number>();

  constructor(limits: Limits) {
    this.stacks = new StackTableBuilder(limits);
  }

  thread(name: string, id: number): number {
    if (name === '' && id === 0) return 0;
    const key = `${id} ${name}`;
    const known = this.#threadRows.get(key);
    if (known !== undefined) return known;
    const row = this.threads.push(id === 0 ? { name } : { name, id: `${id}` }) - 1;
    this.#threadRows.set(key, row);
    return row;
  }

  /** `owner` is the class of a method, or the library of a function. Each chunk has them all again. */
  frame(owner: string, name: string, runtime: 'jvm' | 'native'): number {
    const key = `${runtime}\0${owner}\0${name}`;
    const known = this.#frameRows.get(key);
    if (known !== undefined) return known;
    const isMethod = runtime === 'jvm' && owner !== '';
    const shown = normalisedFrame(
      runtime,
      isMethod ? { name: `${owner}.${name}`, file: '' } : { name, file: '', binary: owner },
    );
    const row = this.frames.row(shown.name, shown.file, shown.module, runtime);
    this.#frameRows.set(key, row);
    return row;
  }

  /** The stack of frames that no method of the program stands for. */
  ownStack(...names: readonly string[]): number {
    let stack = 0;
    for (const name of names) {
      stack = this.stacks.child(stack, this.stacks.site(this.frame('', name, 'jvm'), 0));
    }
    return stack;
  }
}

/** The types whose constants are read. */
export const constantTypes = [
  'java.lang.String',
  'java.lang.Thread',
  'java.lang.Class',
  'jdk.types.StackTrace',
  'jdk.types.Method',
  'jdk.types.Symbol',
  'jdk.types.ThreadState',
  'jdk.types.GCName',
  'jdk.types.GCCause',
];

/** What async-profiler gives for the signature of a function that is no Java. */
const NATIVE_SIGNATURE = '()L;';

/** A chunk's constants as rows of the tables: keys in, rows and names out. */
export class Symbols {
  readonly stack: (key: number) => number;
  readonly thread: (key: number) => number;
  /** "java/lang/String", '' where unknown. */
  readonly className: (key: number) => string;
  readonly threadState: (key: number) => string;
  readonly gcName: (key: number) => string;
  readonly gcCause: (key: number) => string;
  readonly tables: SymbolTables;
  readonly #pools: ConstantPools;
  readonly #reader: JfrReader;
  readonly #depth: number;
  readonly #frameOf: (key: number) => number;
  readonly #symbol: (key: number) => string;
  #sites = new Int32Array(256);

  constructor(
    tables: SymbolTables,
    { pools, reader, limits }: { pools: ConstantPools; reader: JfrReader; limits: Limits },
  ) {
    this.tables = tables;
    this.#pools = pools;
    this.#reader = reader;
    this.#depth = limits.depth;
    this.#symbol = this.#texts('jdk.types.Symbol', 'string');
    this.threadState = this.#texts('jdk.types.ThreadState', 'name');
    this.gcName = this.#texts('jdk.types.GCName', 'name');
    this.gcCause = this.#texts('jdk.types.GCCause', 'cause');
    this.className = pools.pool('java.lang.Class', {
      none: '',
      read: ({ layout, layouts }) => {
        const selection = layouts.select(layout, ['name']);
        return () => this.#symbol(selection.read()[0]!);
      },
    });
    this.#frameOf = pools.pool('jdk.types.Method', {
      none: 0,
      read: (constants) => this.#methods(constants),
    });
    this.thread = pools.pool('java.lang.Thread', {
      none: 0,
      read: (constants) => this.#threads(constants),
    });
    this.stack = pools.pool('jdk.types.StackTrace', {
      none: 0,
      read: (constants) => this.#stacks(constants),
    });
  }

  /** Pools of types that are one string. */
  #texts(type: string, field: string): (key: number) => string {
    return this.#pools.pool(type, {
      none: '',
      read: ({ layout, layouts }) => {
        const selection = layouts.select(layout, [field]);
        return () => this.#pools.text(selection.read()[0]!);
      },
    });
  }

  #methods({ layout, layouts }: Constants): () => number {
    const selection = layouts.select(layout, ['type', 'name', 'descriptor']);
    return () => {
      const [type, method, descriptor] = selection.read();
      const owner = this.className(type!);
      const name = this.#symbol(method!);
      const isNative = this.#symbol(descriptor!) === NATIVE_SIGNATURE;
      return this.tables.frame(owner, name, isNative ? 'native' : 'jvm');
    };
  }

  #threads({ layout, layouts }: Constants): () => number {
    const fields = ['javaName', 'osName', 'osThreadId', 'javaThreadId'];
    const selection = layouts.select(layout, fields);
    return () => {
      const [javaName, osName, osId, javaId] = selection.read();
      const name = this.#pools.text(javaName!) || this.#pools.text(osName!);
      // Virtual threads have no number of the system's.
      return this.tables.thread(name, osId! > 0 ? osId! : Math.max(javaId! || 0, 0));
    };
  }

  #stacks({ layout, layouts }: Constants): () => number {
    const selection = layouts.select(layout, ['truncated', 'frames']);
    const element = layouts.elementsOf(layout, 'frames');
    if (!element) return () => 0;
    const frame = layouts.select(element, ['method', 'lineNumber']);
    const { stacks } = this.tables;
    return () => {
      const [truncated, frames] = selection.read();
      if (truncated! > 0) this.tables.truncatedStacks++;
      this.#reader.pos = frames!;
      const count = this.#reader.count(element.length);
      this.#makeRoom(count);
      for (let i = 0; i < count; i++) {
        const values = frame.read();
        const line = Math.max(values[1]! || 0, 0);
        if (line > 0) this.tables.hasLines = true;
        const row = this.#frameOf(values[0]!) || this.tables.frame('', '', 'jvm');
        this.#sites[i] = stacks.site(row, line);
        frame.skipRest();
      }
      let stack = 0;
      for (let i = count - 1; i >= 0; i--) stack = stacks.child(stack, this.#sites[i]!);
      return stack;
    };
  }

  #makeRoom(depth: number): void {
    if (depth > this.#depth) {
      throw new Problem(
        'stack-too-deep',
        `A stack has ${depth} frames; at most ${this.#depth} are accepted.`,
      );
    }
    if (depth > this.#sites.length) this.#sites = new Int32Array(depth * 2);
  }
}
