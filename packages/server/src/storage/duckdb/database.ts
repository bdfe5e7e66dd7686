import { constants } from 'node:fs';
import { access, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { Problem } from '@everflame/model';
import { isConflict, isFatal, problemOf } from './problem-of.ts';

export interface DatabaseOptions {
  readonly folder: string;
  /** Name of the file in the folder. */
  readonly file: string;
  /** As DuckDB writes it: `512MB`. */
  readonly memoryLimit: string;
  readonly threads: number;
}

/** What a checkpoint folds in at once: a crash replays at most this much, and a burst is not folded in twice. */
const checkpointThreshold = '32MB';
const mostAttempts = 8;

/**
 * Files open in this process. The engine's lock keeps other processes out, but not a second instance of this
 * one, and two would ruin the file.
 */
const openFiles = new Set<string>();

/** One file, open in this process alone. Every error that leaves it is a Problem where the user can mend it. */
export class Database {
  readonly path: string;
  readonly #options: DatabaseOptions;
  readonly #openedAs: string;
  #instance: DuckDBInstance;
  /** The engine gave up, and is not open again yet. */
  #isLost = false;
  #reopening: Promise<void> | undefined;
  readonly #running = new Set<Promise<unknown>>();

  private constructor(options: DatabaseOptions, instance: DuckDBInstance, openedAs: string) {
    this.#options = options;
    this.#instance = instance;
    this.path = join(options.folder, options.file);
    this.#openedAs = openedAs;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    try {
      // Whoever needs a key to ask for profiles must not find them here.
      await makeFolder(options.folder, 0o700);
      await access(options.folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      throw new Problem(
        'folder-not-writable',
        `The data folder ${options.folder} cannot be written.`,
        { cause },
      );
    }
    const path = join(await realpath(options.folder), options.file);
    if (openFiles.has(path)) {
      throw new Problem('folder-in-use', `This process has ${path} open already.`);
    }
    openFiles.add(path);
    try {
      return new Database(options, await instanceOf(options), path);
    } catch (cause) {
      openFiles.delete(path);
      throw cause;
    }
  }

  /** Reads within one transaction, thus one state of the file. `signal` interrupts the engine. */
  read<T>(work: (connection: DuckDBConnection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#guarded(async (connection) => {
      signal?.throwIfAborted();
      const interrupt = () => connection.interrupt();
      signal?.addEventListener('abort', interrupt, { once: true });
      try {
        await connection.run('BEGIN');
        const result = await work(connection);
        await connection.run('COMMIT');
        return result;
      } catch (cause) {
        // The engine's word for it is that it was interrupted; the reader's own is better.
        signal?.throwIfAborted();
        throw cause;
      } finally {
        signal?.removeEventListener('abort', interrupt);
      }
    });
  }

  /** All of `work` or nothing; again from the start if another transaction was in the way. */
  async write<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#guarded((connection) => transaction(connection, work));
      } catch (cause) {
        if (!isConflict(cause) || attempt === mostAttempts) throw cause;
      }
    }
  }

  /** Folds the log into the file and frees what was deleted. False if others were in the way. */
  checkpoint(): Promise<boolean> {
    return this.#guarded(async (connection) => {
      try {
        await connection.run('CHECKPOINT');
        return true;
      } catch (cause) {
        if (isFatal(cause) || problemOf(cause) instanceof Problem) throw cause;
        return false;
      }
    });
  }

  /** Bytes of live data, and of the files. */
  async bytes(): Promise<{ readonly used: number; readonly files: number }> {
    const log = await sizeOf(`${this.path}.wal`);
    const used = await this.#guarded(async (connection) => {
      const reader = await connection.runAndReadAll(
        'SELECT used_blocks * block_size AS used FROM pragma_database_size()',
      );
      return Number(reader.getRows()[0]?.[0] ?? 0);
    });
    return { used: used + log, files: (await sizeOf(this.path)) + log };
  }

  /** Lets what is running come to its end first. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#instance.closeSync();
    openFiles.delete(this.#openedAs);
  }

  /** On a connection of its own. What is thrown is the user's Problem, or ours. */
  async #guarded<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (this.#isLost) await this.#reopened();
    const running = this.#connected(work);
    this.#running.add(running);
    try {
      return await running;
    } catch (cause) {
      this.#running.delete(running);
      // Whoever comes next tries again, and is told what is wrong.
      if (isFatal(cause)) await this.#reopened().catch(() => undefined);
      throw problemOf(cause);
    } finally {
      this.#running.delete(running);
    }
  }

  async #connected<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  }

  /** After a fatal error the engine must be opened anew; what was committed is in its log. */
  #reopened(): Promise<void> {
    this.#isLost = true;
    this.#reopening ??= this.#reopen().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #reopen(): Promise<void> {
    await Promise.allSettled(this.#running);
    this.#instance.closeSync();
    this.#instance = await instanceOf(this.#options);
    this.#isLost = false;
  }
}

/** Node's own way to make parents as well never returns where one cannot be made, as under /proc. */
async function makeFolder(path: string, mode?: number): Promise<void> {
  const make = () => mkdir(path, { mode });
  try {
    await make();
  } catch (cause) {
    if (await isFolder(path)) return;
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT' || (await isFolder(dirname(path)))) {
      throw cause;
    }
    await makeFolder(dirname(path));
    await make();
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function transaction<T>(
  connection: DuckDBConnection,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  await connection.run('BEGIN');
  try {
    const result = await work(connection);
    await connection.run('COMMIT');
    return result;
  } catch (cause) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw cause;
  }
}

async function instanceOf(options: DatabaseOptions): Promise<DuckDBInstance> {
  const { folder, file, memoryLimit, threads } = options;
  try {
    return await DuckDBInstance.create(join(folder, file), {
      memory_limit: memoryLimit,
      threads: String(threads),
      temp_directory: join(folder, 'temporary'),
      checkpoint_threshold: checkpointThreshold,
      // Rows of one key may come in any order, so the engine may write in any order.
      preserve_insertion_order: 'false',
    });
  } catch (cause) {
    const problem = problemOf(cause);
    if (!(problem instanceof Problem) || problem.code !== 'folder-in-use') throw problem;
    throw new Problem(
      'folder-in-use',
      `Another process has the data folder ${folder} open; --data takes another one.`,
      { cause },
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
