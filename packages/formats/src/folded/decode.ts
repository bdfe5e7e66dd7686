import { Problem } from '@everflame/model';
import type { Format } from '../format.ts';

export const folded: Format = {
  name: 'folded',
  accepts: () => false,
  decode: () => {
    throw new Problem('unknown-format');
  },
};
