import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type GroupId, tierMs } from '../profile-store.ts';
import { appendColumns, columnOf } from './column-rows.ts';
import { HashIndex, halvesOf } from './hash-index.ts';

/** How long a token is remembered: today and yesterday, thus 24 to 48 hours. */
const daysRemembered = 2;

/**
 * Which uploads were stored, by a 64-bit hash of group and token: 16 bytes each, whatever clients send.
 * A set per day, so that forgetting is letting go of the oldest set.
 */
export class UploadTokens {
  readonly #days = new Map<number, HashIndex>();
  #staged = new Map<bigint, GroupId>();
  #isDoubtful = false;

  static async load(connection: DuckDBConnection): Promise<UploadTokens> {
    const tokens = new UploadTokens();
    await tokens.reload(connection);
    return tokens;
  }

  /** Takes in what the file knows and memory does not. */
  async reload(connection: DuckDBConnection): Promise<void> {
    const result = await connection.run('SELECT token, at_ms FROM uploads');
    for (let index = 0; index < result.chunkCount; index++) {
      const chunk = result.getChunk(index);
      const hashes = columnOf<BigUint64Array>(chunk, 0);
      const times = columnOf<BigInt64Array>(chunk, 1);
      for (let row = 0; row < hashes.length; row++) {
        this.#add(hashes[row]!, dayOf(Number(times[row])));
      }
    }
    this.#isDoubtful = false;
  }

  /** A transaction failed, and the engine may fail after it has made one durable: the file is to be asked. */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
  }

  /** True the first time. The token is remembered for good by `commit`, or as if never seen after `rollback`. */
  stage(group: GroupId, token: string): boolean {
    const digest = createHash('sha256').update(`${group}\0${token}`).digest();
    const hash = digest.readBigUInt64LE(0);
    if (this.#knows(hash) || this.#staged.has(hash)) return false;
    this.#staged.set(hash, group);
    return true;
  }

  async append(connection: DuckDBConnection, nowMs: number): Promise<void> {
    const groups = Int32Array.from(this.#staged.values());
    const hashes = BigUint64Array.from(this.#staged.keys());
    const times = new BigInt64Array(hashes.length).fill(BigInt(nowMs));
    await appendColumns(connection, 'uploads', [groups, hashes, times]);
  }

  commit(nowMs: number): void {
    for (const hash of this.#staged.keys()) this.#add(hash, dayOf(nowMs));
    this.#staged.clear();
  }

  rollback(): void {
    this.#staged.clear();
    this.#isDoubtful = true;
  }

  /** What may be deleted: uploads before this moment. Undefined where there is nothing to forget. */
  forget(nowMs: number): number | undefined {
    const oldest = dayOf(nowMs) - daysRemembered + 1;
    const before = [...this.#days.keys()].filter((day) => day < oldest);
    for (const day of before) this.#days.delete(day);
    return before.length > 0 ? oldest * tierMs.P1D : undefined;
  }

  #knows(hash: bigint): boolean {
    const [lo, hi] = halvesOf(BigUint64Array.of(hash));
    for (const tokens of this.#days.values()) if (tokens.find(lo!, hi!) >= 0) return true;
    return false;
  }

  #add(hash: bigint, day: number): void {
    const tokens = this.#days.get(day) ?? new HashIndex();
    this.#days.set(day, tokens);
    const [lo, hi] = halvesOf(BigUint64Array.of(hash));
    if (tokens.find(lo!, hi!) < 0) tokens.insert(lo!, hi!);
  }
}

const dayOf = (ms: number): number => Math.floor(ms / tierMs.P1D);
