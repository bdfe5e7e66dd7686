/** What a key may do, each more than the one before, but for `agent`, which only reports. */
export type Role = 'agent' | 'viewer' | 'operator' | 'admin';
export const roles: readonly Role[] = ['agent', 'viewer', 'operator', 'admin'];

export interface AccessKey {
  /** `EF` and 18 of `A–Z2–7`, as AWS's look. */
  readonly id: string;
  /** What a person calls it; the last part of its ARN. */
  readonly name: string;
  readonly role: Role;
  /** Names of groups, `*` at the end for all that begin so. Undefined: all groups. */
  readonly groups?: readonly string[] | undefined;
  readonly createdMs: number;
  readonly lastUsedMs?: number | undefined;
}

export interface NewKey {
  readonly name: string;
  readonly role: Role;
  readonly groups?: readonly string[] | undefined;
}

/** Told when it is made; else only the server knows it. */
export interface KeyWithSecret {
  readonly key: AccessKey;
  /** 40 letters and digits. */
  readonly secret: string;
}

/** Access keys. Their secrets are kept sealed: needed to verify a signature, told only when a key is made. */
export interface Keys {
  /** Throws Problem('key-exists') where the name is taken. */
  create(key: NewKey): Promise<KeyWithSecret>;
  /** By name. */
  list(): Promise<readonly AccessKey[]>;
  /** From memory: asked with every request. Undefined where there is no such key. */
  find(id: string): KeyWithSecret | undefined;
  /** The key of whoever knows its secret; takes as long whatever the secret is. */
  findBySecret(secret: string): AccessKey | undefined;
  /** Whether there is any key: without one nobody is asked for one. */
  any(): boolean;
  /** Remembers the newest; written in batches. */
  noteUsed(id: string, atMs: number): void;
  /** Nobody is let in with it as soon as this is called. Throws Problem('unknown-key'). */
  revoke(id: string): Promise<void>;
}
