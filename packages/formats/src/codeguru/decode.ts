import { Problem } from '@everflame/model';
import type { Format } from '../format.ts';

export const codeguru: Format = {
  name: 'codeguru',
  accepts: () => false,
  decode: () => {
    throw new Problem('unknown-format');
  },
};
