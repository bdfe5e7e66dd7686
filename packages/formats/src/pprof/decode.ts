import { Problem } from '@everflame/model';
import type { Format } from '../format.ts';

export const pprof: Format = {
  name: 'pprof',
  accepts: () => false,
  decode: () => {
    throw new Problem('unknown-format');
  },
};
