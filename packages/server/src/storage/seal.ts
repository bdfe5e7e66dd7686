import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '@everflame/model';

const FILE = 'secrets.key';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what the database must be able to give back but a copy of the database must not tell: with a key that lies
 * in a file of its own in the data folder, readable by the server's user alone. It is made with the first secret.
 *
 *     base64( iv: 12 bytes | tag: 16 bytes | AES-256-GCM of the secret, with its owner as associated data )
 */
export class Seal {
  readonly #path: string;
  #key: Promise<Buffer> | undefined;

  constructor(folder: string) {
    this.#path = join(folder, FILE);
  }

  /** `owner`: whose secret it is; a sealed secret opens for nobody else. */
  async seal(secret: string, owner: string): Promise<string> {
    this.#key ??= this.#made();
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, await this.#key, iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** Throws Problem('folder-corrupt') where the file is missing or is not the one that this was sealed with. */
  async open(sealed: string, owner: string): Promise<string> {
    this.#key ??= this.#kept();
    const key = await this.#key;
    const bytes = Buffer.from(sealed, 'base64');
    const iv = bytes.subarray(0, IV_BYTES);
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv(CIPHER, key, iv).setAAD(Buffer.from(owner)).setAuthTag(tag);
      const secret = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return Buffer.concat([secret, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw this.#unusable('is not the one that its access keys were sealed with', cause);
    }
  }

  /** What was sealed before opens no more. */
  async forget(): Promise<void> {
    this.#key = undefined;
    await rm(this.#path, { force: true });
  }

  async #kept(): Promise<Buffer> {
    const key = await this.#read();
    if (key) return key;
    throw this.#unusable('is missing');
  }

  async #made(): Promise<Buffer> {
    const kept = await this.#read();
    if (kept) return kept;
    const key = randomBytes(32);
    // Whole or not at all: a half-written file would look like a lost one.
    const draft = `${this.#path}.new`;
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(`${key.toString('hex')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
    return key;
  }

  async #read(): Promise<Buffer | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#unusable('cannot be read', cause);
    }
    if (/^[0-9a-f]{64}\n?$/.test(text)) return Buffer.from(text.trim(), 'hex');
    throw this.#unusable('is damaged');
  }

  #unusable(why: string, cause?: unknown): Problem {
    return new Problem(
      'folder-corrupt',
      `${this.#path} ${why}. Without it, the access keys cannot be read: put it back, or give all of them up with everflame key revoke --all.`,
      { cause },
    );
  }
}
