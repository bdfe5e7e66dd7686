import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { KEPT_MS } from './backlog.ts';
import type { Upload } from './upload.ts';

const FILE = /^(\d+)-([\w-]+)\.upload$/;

/**
 * What one process could not send, for the next one of its group: `<folder>/<group>/<endMs>-<token>.upload`, each
 * a body ready to be sent. Two processes may send the same file; the server counts a token once.
 */
export class BufferFolder {
  readonly #folder: string;
  readonly #bytesAllowed: number;

  /** `group` must be a valid group name, which is also a safe name of a folder. */
  constructor(folder: string, group: string, bytesAllowed: number) {
    this.#folder = join(folder, group);
    this.#bytesAllowed = bytesAllowed;
  }

  /** Synchronous, for it runs while the process exits. Throws where the folder cannot be written. */
  save(uploads: readonly Upload[]): void {
    const unsaved = uploads.filter(({ file }) => file === undefined);
    if (unsaved.length === 0) return;
    mkdirSync(this.#folder, { recursive: true });
    for (const { endMs, token, body } of unsaved) {
      const file = join(this.#folder, `${endMs}-${token}.upload`);
      // Whole or not at all, should the process be killed meanwhile.
      writeFileSync(`${file}.part`, body);
      renameSync(`${file}.part`, file);
    }
    this.#shrink();
  }

  /** Everything that waits, oldest first. What is too old is removed instead. */
  load(nowMs: number): Upload[] {
    const uploads: Upload[] = [];
    for (const name of this.#files()) {
      const [, endMs, token] = FILE.exec(name) ?? [];
      const file = join(this.#folder, name);
      if (token === undefined || Number(endMs) < nowMs - KEPT_MS) {
        rmSync(file, { force: true });
        continue;
      }
      uploads.push({ token, endMs: Number(endMs), body: readFileSync(file), file });
    }
    return uploads;
  }

  /** To be called with every upload that was sent or given up. */
  forget({ file }: Upload): void {
    if (file !== undefined) rmSync(file, { force: true });
  }

  #files(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((name) => FILE.test(name))
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    } catch {
      return [];
    }
  }

  #shrink(): void {
    let bytes = 0;
    for (const name of this.#files().reverse()) {
      const file = join(this.#folder, name);
      bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (bytes > this.#bytesAllowed) rmSync(file, { force: true });
    }
  }
}
