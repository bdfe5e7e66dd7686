import { createHash } from 'node:crypto';
import { Problem } from '@everflame/model';
import type { Catalog } from '../storage/catalog.ts';
import type { FindingsReport } from '../storage/findings.ts';

/** Tokens may be 64 characters of `[\w-]`, group names 255: a name that does not fit is named by its hash. */
const MAX_TOKEN = 64;
const NAME = 'n-';
const HASH = 'h-';
const TIME = 't-';

export function groupToken(name: string): string {
  const token = NAME + name;
  return token.length <= MAX_TOKEN ? token : HASH + hashOf(name);
}

/** The name to continue after. `within`: as the groups of a key, for a token must not tell of others. Throws Problem('invalid-parameter'). */
export async function nameOfToken(
  token: string,
  catalog: Pick<Catalog, 'groups'>,
  within?: readonly string[],
): Promise<string> {
  if (token.startsWith(NAME)) return token.slice(NAME.length);
  if (token.startsWith(HASH)) {
    // A walk over all names; nobody has many of more than 62 characters.
    let after: string | undefined;
    do {
      const { groups, next } = await catalog.groups({ after, limit: 1000, within });
      const found = groups.find(({ name }) => groupToken(name) === token);
      if (found) return found.name;
      after = next;
    } while (after !== undefined);
  }
  throw badToken();
}

export const timeToken = (ms: number): string => `${TIME}${ms}`;

export function timeOfToken(token: string): number {
  const [, ms] = /^t-(\d{1,15})$/.exec(token) ?? [];
  if (ms === undefined) throw badToken();
  return Number(ms);
}

/** Of the report that was given last. */
export const reportToken = ({ toMs, id }: Pick<FindingsReport, 'toMs' | 'id'>): string =>
  `r-${toMs}-${id}`;

export function reportOfToken(token: string): Pick<FindingsReport, 'toMs' | 'id'> {
  const [, ms, id] = /^r-(\d{1,15})-([a-f0-9-]{36})$/.exec(token) ?? [];
  if (ms === undefined || id === undefined) throw badToken();
  return { toMs: Number(ms), id };
}

const badToken = () => new Problem('invalid-parameter', 'nextToken is not one of this operation.');

const hashOf = (name: string): string =>
  createHash('sha256').update(name).digest('hex').slice(0, 40);
