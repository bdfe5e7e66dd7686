import type { AccessKey, Role } from '../storage/keys.ts';

/** What a request does. Every operation and route has one. */
export type Right = 'report' | 'read' | 'change' | 'administer';

const rightsOf: Readonly<Record<Role, readonly Right[]>> = {
  agent: ['report'],
  viewer: ['read'],
  operator: ['report', 'read', 'change'],
  admin: ['report', 'read', 'change', 'administer'],
};

/** Of an operation or route that does not say: nobody is let in for want of a word. */
export const usualRight = (method: string): Right => (method === 'GET' ? 'read' : 'change');

export const hasRight = (role: Role, right: Right): boolean => rightsOf[role].includes(right);

/** Whether a key may see a group of that name. */
export const isWithin = ({ groups }: Pick<AccessKey, 'groups'>, name: string): boolean =>
  groups === undefined ||
  groups.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
