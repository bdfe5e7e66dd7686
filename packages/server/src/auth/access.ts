import { Problem } from '@everflame/model';
import type { AccessKey } from '../storage/keys.ts';
import { isWithin } from './rights.ts';

/** With what a request was let in. There is none where nobody is asked for a key. */
export interface Access {
  readonly key: AccessKey;
  /** What is said to whoever may not, in the words of the door. `group`: its name, where there is one. */
  readonly refusal: (key: AccessKey, group: string | undefined) => string;
}

/** For a group that is named in the body, thus not before the visitor was let in. Throws Problem('forbidden'). */
export function refuseOtherGroup({ access }: { readonly access?: Access }, group: string): void {
  if (access && !isWithin(access.key, group)) {
    throw new Problem('forbidden', access.refusal(access.key, group));
  }
}
