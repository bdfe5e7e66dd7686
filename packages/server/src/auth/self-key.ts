import { randomBytes } from 'node:crypto';
import type { KeyWithSecret } from '../storage/keys.ts';

/** What the agent that profiles this server reports with: its own group and nothing else, as long as the server runs. */
export const createSelfKey = (group: string, createdMs: number): KeyWithSecret => ({
  key: { id: 'self', name: 'self', role: 'agent', groups: [group], createdMs },
  secret: randomBytes(32).toString('hex'),
});
