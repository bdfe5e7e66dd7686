import { createHash, randomInt } from 'node:crypto';
import { Problem } from '@everflame/model';
import type { AccessKey, Keys, KeyWithSecret, NewKey, Role } from './keys.ts';
import type { Seal } from './seal.ts';
import type { Sql, SqlRow } from './sql.ts';
import { WriteBehind } from './write-behind.ts';

interface SqlKeysParts {
  readonly sql: Sql;
  readonly now: () => number;
  readonly seal: Seal;
}

const MAX_KEYS_NOTED = 100_000;

/** Access keys over any database that speaks `Sql`; all of them are held in memory, for every request asks. */
export class SqlKeys implements Keys {
  readonly #parts: SqlKeysParts;
  readonly #byId = new Map<string, KeyWithSecret>();
  /** By the hash of the secret: how long a look-up takes then tells nothing of the secret. */
  readonly #idBySecret = new Map<string, string>();
  readonly #uses: WriteBehind<string, number>;

  private constructor(parts: SqlKeysParts) {
    this.#parts = parts;
    const { sql } = parts;
    this.#uses = new WriteBehind({ sql, merged: Math.max, write, maxWaiting: MAX_KEYS_NOTED });
  }

  /** Throws Problem('folder-corrupt') where secrets cannot be unsealed: nobody is let in for want of a file. */
  static async open(parts: SqlKeysParts): Promise<SqlKeys> {
    const keys = new SqlKeys(parts);
    for (const row of await parts.sql.query('SELECT * FROM access_keys')) {
      const key = keyOf(row);
      keys.#hold({ key, secret: await parts.seal.open(String(row.sealed_secret), key.id) });
    }
    return keys;
  }

  async create({ name, role, groups }: NewKey): Promise<KeyWithSecret> {
    const id = `EF${text(18, ID_LETTERS)}`;
    const secret = text(40, SECRET_LETTERS);
    const { sql, seal, now } = this.#parts;
    const key: AccessKey = { id, name, role, groups, createdMs: now() };
    const sealed = await seal.seal(secret, id);
    await sql.transaction(async (inside) => {
      const [taken] = await inside.query('SELECT id FROM access_keys WHERE name = $1', [name]);
      if (taken) throw new Problem('key-exists', `There is an access key named “${name}” already.`);
      await inside.query('INSERT INTO access_keys VALUES ($1, $2, $3, $4, $5, $6, NULL)', [
        id,
        name,
        role,
        groups === undefined ? null : JSON.stringify(groups),
        sealed,
        key.createdMs,
      ]);
    });
    const made = { key, secret };
    this.#hold(made);
    return made;
  }

  async list(): Promise<readonly AccessKey[]> {
    const keys = [...this.#byId.values()].map(({ key }) => key);
    return keys.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  find(id: string): KeyWithSecret | undefined {
    return this.#byId.get(id);
  }

  findBySecret(secret: string): AccessKey | undefined {
    const id = this.#idBySecret.get(hashOf(secret));
    return id === undefined ? undefined : this.#byId.get(id)?.key;
  }

  any(): boolean {
    return this.#byId.size > 0;
  }

  noteUsed(id: string, atMs: number): void {
    const held = this.#byId.get(id);
    if (!held || atMs <= (held.key.lastUsedMs ?? 0)) return;
    this.#byId.set(id, { ...held, key: { ...held.key, lastUsedMs: atMs } });
    this.#uses.note(id, atMs);
  }

  async revoke(id: string): Promise<void> {
    // From memory first: nobody is let in with it from here on, also where the database fails.
    const held = this.#byId.get(id);
    this.#byId.delete(id);
    if (held) this.#idBySecret.delete(hashOf(held.secret));
    this.#uses.forget(id);
    const [gone] = await this.#parts.sql.query(
      'DELETE FROM access_keys WHERE id = $1 RETURNING id',
      [id],
    );
    if (!gone) throw new Problem('unknown-key', `There is no access key “${id}”.`);
  }

  close(): Promise<void> {
    return this.#uses.close();
  }

  #hold(made: KeyWithSecret): void {
    this.#byId.set(made.key.id, made);
    this.#idBySecret.set(hashOf(made.secret), made.key.id);
  }
}

const ID_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** None that a shell, a URL or a double click would trip over; 40 of them hold 238 bits. */
const SECRET_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const text = (length: number, letters: string): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join('');

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('base64');

const keyOf = (row: SqlRow): AccessKey => ({
  id: String(row.id),
  name: String(row.name),
  role: row.role as Role,
  groups: row.groups === null ? undefined : (JSON.parse(String(row.groups)) as string[]),
  createdMs: Number(row.created_ms),
  lastUsedMs: row.last_used_ms === null ? undefined : Number(row.last_used_ms),
});

async function write(sql: Sql, uses: readonly (readonly [string, number])[]): Promise<void> {
  const rows = uses.map((_, row) => `($${row * 2 + 1}, CAST($${row * 2 + 2} AS BIGINT))`);
  await sql.query(
    `UPDATE access_keys SET last_used_ms = noted.ms
       FROM (VALUES ${rows.join(', ')}) AS noted (id, ms) WHERE access_keys.id = noted.id`,
    uses.flat(),
  );
}
