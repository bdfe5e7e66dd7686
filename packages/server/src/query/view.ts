import type { ViewQuery } from '@everflame/api';
import { Problem, type ThreadState, threadStates } from '@everflame/model';
import type { z } from 'zod';
import type { Group } from '../storage/catalog.ts';
import type { SeriesQuery } from '../storage/profile-store.ts';
import { timeOf } from './time.ts';

/** Past what is kept of anything. */
const MAX_RANGE_MS = 1100 * 86_400_000;

/** The part of a group's data that a query string asks for. Throws Problem('invalid-parameter' | 'invalid-time-range'). */
export function viewOf(
  query: z.output<typeof ViewQuery>,
  group: Group,
  nowMs: number,
): SeriesQuery {
  return {
    group: group.id,
    measure: query.measure,
    states: query.states === undefined ? undefined : statesOf(query.states),
    labels: labelsOf(query.label),
    ...rangeOf(query, nowMs),
  };
}

export function rangeOf(
  { from, to }: { readonly from: string; readonly to: string },
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const fromMs = timeOf(from, 'from', nowMs);
  const toMs = timeOf(to, 'to', nowMs);
  if (fromMs >= toMs) {
    throw new Problem('invalid-time-range', `“from” (${from}) must lie before “to” (${to}).`);
  }
  if (toMs - fromMs > MAX_RANGE_MS) {
    throw new Problem('invalid-time-range', 'A range spans at most 1100 days.');
  }
  return { fromMs, toMs };
}

export function statesOf(text: string): readonly ThreadState[] {
  return text.split(',').map((name) => {
    const state = threadStates.find((known) => known === name.trim().toUpperCase());
    if (state) return state;
    throw new Problem(
      'invalid-parameter',
      `“states” takes some of ${threadStates.join(', ')}, not “${name}”.`,
    );
  });
}

/** `key:value` or `key=value` pairs; values of one key are alternatives. Names hold no colon, values may. */
export function labelsOf(pairs: readonly string[]): Readonly<Record<string, readonly string[]>> {
  // A map, for a label may have the name of what every object has.
  const labels = new Map<string, string[]>();
  for (const pair of pairs) {
    // Names that samples have may hold `=`; the page writes them with a colon.
    const at = pair.includes(':') ? pair.indexOf(':') : pair.indexOf('=');
    if (at < 1) throw noPair(pair);
    const key = pair.slice(0, at);
    const values = labels.get(key) ?? [];
    labels.set(key, values);
    values.push(pair.slice(at + 1));
  }
  return Object.fromEntries(labels);
}

/** Labels of an upload, as whoever sends it writes them: with either sign, whichever comes first. */
export function givenPairs(pairs: readonly string[]): Readonly<Record<string, string>> {
  const labels = pairs.map((pair): [string, string] => {
    const at = pair.search(/[:=]/);
    const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at < 1 || key === '' || value === '') throw noPair(pair);
    return [key, value];
  });
  return Object.fromEntries(labels);
}

const noPair = (pair: string): Problem =>
  new Problem('invalid-parameter', `“label” takes key:value or key=value, not “${pair}”.`);
