import { Problem } from '@everflame/model';
import type { Visit } from '../door.ts';
import type { Needs } from '../needs.ts';
import type { AccessKey } from '../storage/keys.ts';
import type { Access } from './access.ts';
import { callerOf } from './caller.ts';
import { hasRight, isWithin, type Right } from './rights.ts';

/** What a visitor wants. */
export interface Wanted {
  readonly right: Right;
  /** Name of the group that it is about, as the address has it. */
  readonly group?: string | undefined;
  /** Its body may be as large as a profile. */
  readonly isUpload?: boolean | undefined;
  readonly refusal: Access['refusal'];
}

/** Whether everybody may everything: on the machine itself, as long as nobody made a key. */
export const isOpen = ({ isExposed, catalog }: Pick<Needs, 'isExposed' | 'catalog'>): boolean =>
  !isExposed && !catalog.keys.any();

/** Who comes with a key that may, is let in; the visit then has it. Throws Problem('forbidden') and those of `callerOf`. */
export async function admit(visit: Visit, needs: Needs, wanted: Wanted): Promise<void> {
  if (isOpen(needs)) return;
  const key = await callerOf(visit, needs, wanted);
  visit.access = { key, refusal: wanted.refusal };
  // A signature may have had to wait for the body.
  refuseBygone(visit, needs);
  needs.catalog.keys.noteUsed(key.id, needs.now());
  if (await isAllowed(key, wanted, needs)) return;
  throw new Problem('forbidden', wanted.refusal(key, wanted.group));
}

/**
 * Once a body was waited for: who was let in before may be so no more, for a key was made or that one was revoked.
 * Throws Problem('unauthenticated' | 'wrong-key').
 */
export function refuseBygone({ access }: Visit, needs: Needs): void {
  if (!access) {
    if (isOpen(needs)) return;
    throw new Problem('unauthenticated');
  }
  const { id } = access.key;
  if (id !== needs.selfKey?.key.id && !needs.catalog.keys.find(id)) throw new Problem('wrong-key');
}

async function isAllowed(key: AccessKey, { right, group }: Wanted, needs: Needs): Promise<boolean> {
  const isOwn = group === undefined || isWithin(key, group);
  if (isOwn && hasRight(key.role, right)) return true;
  return right === 'report' && group !== undefined && (await isPrincipal(key, group, needs));
}

/** Whether the policy of a group names the key: then it may report there, whatever else it may. */
async function isPrincipal(key: AccessKey, name: string, { catalog }: Needs): Promise<boolean> {
  const group = await catalog.group(name);
  const policy = group && (await catalog.policies.policy(group.id));
  return policy?.principals.includes(userArn(key)) ?? false;
}

/** What a key is called where AWS would speak of a user. */
export const userArn = ({ name }: Pick<AccessKey, 'name'>): string =>
  `arn:aws:iam::000000000000:user/${name}`;
