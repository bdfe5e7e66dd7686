import type { Sql } from './sql.ts';

/** Written at most this often: it is noted with every call of every agent, and only the newest counts. */
const FLUSH_AFTER_MS = 1000;
/** Rows of one statement. */
const ROWS_PER_WRITE = 100;

interface WriteBehindParts<Key, Note> {
  readonly sql: Sql;
  readonly merged: (older: Note, newer: Note) => Note;
  /** One statement; several in one transaction where there is more. */
  readonly write: (sql: Sql, notes: readonly (readonly [Key, Note])[]) => Promise<unknown>;
  /** Further keys are not noted until the next write. */
  readonly maxWaiting: number;
}

/** Notes that come with every call, merged by key in memory and written together. */
export class WriteBehind<Key, Note> {
  readonly #parts: WriteBehindParts<Key, Note>;
  #waiting = new Map<Key, Note>();
  #timer: NodeJS.Timeout | undefined;
  /** Writes under way; never rejects. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(parts: WriteBehindParts<Key, Note>) {
    this.#parts = parts;
  }

  note(key: Key, note: Note): void {
    // A failure to write is heard of when the same is tried again by a reader or on close; what was noted stays noted.
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush().catch(() => undefined);
    }, FLUSH_AFTER_MS).unref();
    const { merged, maxWaiting } = this.#parts;
    const older = this.#waiting.get(key);
    if (older === undefined && this.#waiting.size >= maxWaiting) return;
    this.#waiting.set(key, older === undefined ? note : merged(older, note));
  }

  /** What waits to be written. */
  noted(key: Key): Note | undefined {
    return this.#waiting.get(key);
  }

  forget(key: Key): void {
    this.#waiting.delete(key);
  }

  /** Rejects where it cannot be written; what was noted then waits on. */
  flush(): Promise<void> {
    const writing = this.#write();
    this.#writing = Promise.allSettled([this.#writing, writing]);
    return writing;
  }

  async #write(): Promise<void> {
    const notes = this.#waiting;
    if (notes.size === 0) return;
    this.#waiting = new Map();
    const all = [...notes];
    try {
      await this.#parts.sql.transaction(async (sql) => {
        for (let at = 0; at < all.length; at += ROWS_PER_WRITE) {
          await this.#parts.write(sql, all.slice(at, at + ROWS_PER_WRITE));
        }
      });
    } catch (cause) {
      for (const [key, newer] of this.#waiting) {
        const older = notes.get(key);
        notes.set(key, older === undefined ? newer : this.#parts.merged(older, newer));
      }
      this.#waiting = notes;
      throw cause;
    }
  }

  /** What is under way is written as well, before whoever closes the database goes on. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
    await this.flush();
  }
}
