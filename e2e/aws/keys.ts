import type { CreatedAccessKey, NewAccessKey } from '@everflame/api';
import { paths } from '@everflame/api/paths';
import type { Connection } from './clients.ts';

/** Makes keys of a server; the first is an administrator's, with which the others are made. */
export class KeyMaker {
  readonly url: string;
  #adminSecret: string | undefined;

  constructor(url: string) {
    this.url = url;
  }

  async make(key: NewAccessKey): Promise<Connection> {
    if (this.#adminSecret === undefined) {
      this.#adminSecret = (await this.#post({ name: 'root', role: 'admin' })).secret;
    }
    const made = await this.#post(key);
    return { url: this.url, keyId: made.key.id, secret: made.secret };
  }

  /** What our own programs send. */
  get headers(): Readonly<Record<string, string>> {
    return this.#adminSecret === undefined ? {} : { authorization: `Bearer ${this.#adminSecret}` };
  }

  async #post(key: NewAccessKey): Promise<CreatedAccessKey> {
    const response = await fetch(this.url + paths.keys, {
      method: 'POST',
      headers: { ...this.headers, 'content-type': 'application/json' },
      body: JSON.stringify(key),
    });
    if (response.status !== 201) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as CreatedAccessKey;
  }
}
