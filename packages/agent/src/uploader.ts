import type { Backlog } from './backlog.ts';
import type { Answer, Client } from './client.ts';
import { type Contact, reasonOf } from './contact.ts';
import { type Fields, jsonFields } from './fields.ts';
import type { Log } from './log.ts';
import { contentTypeOf, type Upload } from './upload.ts';

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 120_000;

export interface Needs {
  readonly client: Client;
  readonly backlog: Backlog;
  readonly log: Log;
  readonly contact: Contact;
  /** Where uploads are posted. */
  readonly path: string;
  /** Called with each upload that leaves the backlog, sent or refused. */
  readonly done: (upload: Upload) => void;
}

type Outcome =
  | { readonly kind: 'stored'; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'later'; readonly why: string; readonly afterMs: number };

/** Empties the backlog, oldest first, one at a time; waits longer after each failure in a row. */
export class Uploader {
  readonly #needs: Needs;
  #failures = 0;
  #retry: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Starts sending, unless it is doing so or waits to try again. */
  kick(): void {
    if (this.#retry || this.#sending) return;
    this.#sending = this.#drain()
      .then(
        (retryMs) => this.#retryIn(retryMs),
        (cause: unknown) => this.#needs.log.debug(`sending failed: ${String(cause)}`),
      )
      .finally(() => {
        this.#sending = undefined;
      });
  }

  /** One attempt for each upload that waits, until one fails. How long that may take is the client's `cut`. */
  async flush(): Promise<void> {
    await this.#sending;
    this.close();
    await this.#drain();
  }

  /** No further attempt is made on its own. */
  close(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  /** How long to wait before the next attempt; undefined when nothing is left. */
  async #drain(): Promise<number | undefined> {
    const { backlog, log, contact, done } = this.#needs;
    for (;;) {
      const upload = backlog.oldest(Date.now());
      if (!upload) return undefined;
      const outcome = await this.#send(upload);
      if (outcome.kind === 'stored') {
        contact.succeeded('sending');
        contact.warned(outcome.warnings);
      } else contact.failed('sending', outcome.why);
      if (outcome.kind === 'later') {
        this.#failures++;
        log.debug(`not sent, will try again: ${outcome.why}`);
        return outcome.afterMs + this.#backoffMs();
      }
      this.#failures = 0;
      if (outcome.kind === 'refused') log.debug(`refused and dropped: ${outcome.why}`);
      backlog.remove(upload);
      done(upload);
    }
  }

  /** Full jitter: a fleet that failed together must not come back together. */
  #backoffMs(): number {
    const most = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.#failures - 1));
    return Math.random() * most;
  }

  #retryIn(ms: number | undefined): void {
    if (ms === undefined) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.kick();
    }, ms).unref();
  }

  async #send(upload: Upload): Promise<Outcome> {
    const { client, path } = this.#needs;
    try {
      const answer = await client.post({
        path,
        contentType: contentTypeOf(upload),
        body: upload.body,
      });
      return outcomeOf(answer);
    } catch (cause) {
      return { kind: 'later', why: reasonOf(cause), afterMs: 0 };
    }
  }
}

function outcomeOf({ status, headers, body }: Answer): Outcome {
  const fields = jsonFields(body);
  const why = `${status} ${String(fields.detail ?? body.slice(0, 200))}`;
  if (status >= 200 && status < 300) {
    // A proxy's cheerful page is no acknowledgement.
    const isStored = fields.result === 'stored' || fields.result === 'duplicate';
    return isStored
      ? { kind: 'stored', warnings: warningsIn(fields) }
      : { kind: 'later', why, afterMs: 0 };
  }
  const isOurs = status >= 400 && status < 500 && status !== 429 && status !== 408;
  if (isOurs) return { kind: 'refused', why: `a profile was refused, ${why}` };
  return { kind: 'later', why, afterMs: retryAfterMs(headers['retry-after']) };
}

const MAX_WARNINGS = 5;
const MAX_WARNING = 1000;

const warningsIn = ({ warnings }: Fields): readonly string[] =>
  (Array.isArray(warnings) ? warnings : [])
    .filter((one) => typeof one === 'string')
    .slice(0, MAX_WARNINGS)
    .map((one) => one.slice(0, MAX_WARNING));

/** Seconds or a date; at most an hour, for a clock may be wrong. */
function retryAfterMs(value: string | undefined): number {
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Math.min(3_600_000, Math.max(0, ms || 0));
}
