import { Problem } from '@everflame/model';
import type { Visit } from './door.ts';

/** Requests of one caller: so many a second for long, and `burst` at once after a rest. */
interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Uploads have their own, so that whoever only reads is not slowed by agents under the same key. */
export interface Quotas {
  readonly uploads: Rate;
  readonly others: Rate;
}

/** A fleet of 100,000 processes that report every minute under one key stays within. */
export const defaultQuotas: Quotas = {
  uploads: { perSecond: 2000, burst: 10_000 },
  others: { perSecond: 5000, burst: 20_000 },
};

/** Past these, whoever was not seen for longest starts afresh. */
const MAX_CALLERS = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

/**
 * A token bucket for each caller and kind of request. A caller is an address, or an access key at an address: the
 * key that is claimed, for nothing is verified yet, so nobody elsewhere can use up what is another's.
 */
export class Throttle {
  readonly #quotas: Quotas;
  readonly #isKey: (id: string) => boolean;
  readonly #now: () => number;
  /** Whoever was not seen for longest comes first. */
  readonly #buckets = new Map<string, Bucket>();

  /** `now` in ms; it never goes back. */
  constructor(
    quotas: Quotas,
    isKey: (id: string) => boolean,
    now: () => number = () => performance.now(),
  ) {
    this.#quotas = quotas;
    this.#isKey = isKey;
    this.#now = now;
  }

  /** Counts a request, before its body is read. Throws Problem('too-many-requests'). */
  take(kind: keyof Quotas, { request, address = '' }: Pick<Visit, 'request' | 'address'>): void {
    const { perSecond, burst } = this.#quotas[kind];
    const claimed = claimedKey(request);
    const caller = claimed !== undefined && this.#isKey(claimed) ? claimed : '';
    const key = `${kind} ${caller} ${address}`;
    const atMs = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, atMs };
    const tokens = Math.min(burst, bucket.tokens + ((atMs - bucket.atMs) / 1000) * perSecond);
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, atMs });
    if (this.#buckets.size > MAX_CALLERS) this.#forgetOldest();
    if (tokens >= 1) return;
    throw new Problem(
      'too-many-requests',
      `Rate exceeded: ${perSecond} ${kind === 'uploads' ? 'uploads' : 'requests'} a second.`,
    );
  }

  #forgetOldest(): void {
    for (const oldest of this.#buckets.keys()) {
      this.#buckets.delete(oldest);
      return;
    }
  }
}

/** In the header or in the query, as AWS's clients sign. */
function claimedKey({ headers, url }: Request): string | undefined {
  const [, id] =
    /Credential=([^/,\s]{1,128})\//.exec(headers.get('authorization') ?? '') ??
    /[?&]X-Amz-Credential=(\w{1,128})(?:%2F|\/)/i.exec(url) ??
    [];
  return id;
}
