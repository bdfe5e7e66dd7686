import { Problem } from '@everflame/model';

/**
 * Runs at most `limit` of the works at once, in the order they came; the memory that each takes is what
 * is bounded. Past `maxWaiting` waiting ones it throws Problem('overloaded').
 */
export function fewAtOnce(limit: number, maxWaiting: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < limit) {
      running++;
    } else {
      if (waiting.length >= maxWaiting) {
        throw new Problem('overloaded', `${waiting.length} queries wait already.`);
      }
      // Whoever ends hands over its place, so nobody can slip in between.
      await new Promise<void>((start) => waiting.push(start));
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
