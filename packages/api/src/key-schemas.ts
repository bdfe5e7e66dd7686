import { z } from 'zod';

/** agent: reports. viewer: reads. operator: both, and changes groups. admin: all of it, and keys. */
export const RoleName = z.enum(['agent', 'viewer', 'operator', 'admin']);

export const AccessKeyInfo = z.object({
  /** Public: what AWS calls the access key id. */
  id: z.string(),
  name: z.string(),
  role: RoleName,
  groups: z.array(z.string()).optional(),
  createdMs: z.number(),
  lastUsedMs: z.number().optional(),
});
export type AccessKeyInfo = z.infer<typeof AccessKeyInfo>;

export const AccessKeyList = z.object({ keys: z.array(AccessKeyInfo) });
export type AccessKeyList = z.infer<typeof AccessKeyList>;

const NewKeyParts = z.strictObject({
  name: z
    .string()
    .regex(
      /^[\w+=,.@-]{1,64}$/,
      'A key name has up to 64 letters (a–z, A–Z), digits and any of _+=,.@- only.',
    )
    .describe('What people call it; the last part of its ARN.'),
  role: RoleName,
  groups: z
    .array(
      z
        .string()
        .regex(/^(?=.)[\w-]{0,255}\*?$/, 'A group is a name, or the start of names and a *.'),
    )
    .min(1)
    .max(100)
    .optional()
    .describe('Names of groups, `*` at the end for all that begin so; without it, all groups.'),
});

/** Whoever makes keys could make one for all groups, so a limit would hold back nobody. */
export const NewAccessKey = NewKeyParts.refine(
  ({ role, groups }) => role !== 'admin' || groups === undefined,
  'An administrator’s key is for all groups, for it can make keys for any.',
);
export type NewAccessKey = z.infer<typeof NewAccessKey>;

/** The one time that the secret is told. */
export const CreatedAccessKey = z.object({ key: AccessKeyInfo, secret: z.string() });
export type CreatedAccessKey = z.infer<typeof CreatedAccessKey>;
