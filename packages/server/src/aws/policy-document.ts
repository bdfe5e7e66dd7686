import type { Group } from '../storage/catalog.ts';
import type { Policy } from '../storage/policies.ts';
import { arnOf, regionOf } from './description.ts';

/** A policy as clients are given it: a JSON document in a string, and its revision. */
export function policyAnswer({ name }: Group, policy: Policy, request: Request): object {
  const [only] = policy.principals;
  const statement = {
    Sid: 'agentPermissions-statement',
    Effect: 'Allow',
    // IAM writes one principal as a string, and more as a list.
    Principal: { AWS: policy.principals.length === 1 ? only : policy.principals },
    Action: ['codeguru-profiler:ConfigureAgent', 'codeguru-profiler:PostAgentProfile'],
    Resource: arnOf(name, regionOf(request)),
  };
  const document = {
    Version: '2012-10-17',
    Statement: policy.principals.length === 0 ? [] : [statement],
  };
  return { policy: JSON.stringify(document), revisionId: policy.revisionId };
}
