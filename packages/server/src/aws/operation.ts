import { Problem } from '@everflame/model';
import { z } from 'zod';
import { refuseBygone } from '../auth/admit.ts';
import { type Right, usualRight } from '../auth/rights.ts';
import type { Visit } from '../door.ts';
import { readBody } from '../ingest/read-body.ts';
import { SMALL_BODY_BYTES } from '../limits.ts';
import type { Needs } from '../needs.ts';
import { unknownGroup } from '../remove-group.ts';
import type { Group } from '../storage/catalog.ts';
import { checked, queryValues, withoutNulls } from './checked.ts';
import { ProfilingGroupName, ResourceArn } from './shapes.ts';

/** What an operation is called with. */
interface AwsCall<Query = unknown, Body = unknown, Labels = unknown> {
  readonly visit: Visit;
  readonly needs: Needs;
  readonly query: Query;
  readonly body: Body;
  /** Of the path, beside the group. */
  readonly labels: Labels;
  /** Of the path or of the ARN in it; empty where an operation is about no group. */
  readonly groupName: string;
  /** Throws Problem('unknown-group'). */
  readonly group: () => Promise<Group>;
}

export interface Operation {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As the service model writes it. */
  readonly path: string;
  /** Counts as an upload for quotas. */
  readonly isUpload?: boolean;
  readonly right: Right;
  readonly answer: (
    call: Pick<AwsCall, 'visit' | 'needs'>,
    parameters: Parameters,
  ) => Promise<Response>;
}

export type Parameters = Readonly<Record<string, string>>;

interface Shape<Query extends z.ZodObject, Body extends z.ZodType, Labels extends z.ZodObject> {
  readonly name: string;
  readonly method: Operation['method'];
  readonly path: string;
  readonly isUpload?: boolean;
  /** What it does; left out, what its method says. */
  readonly right?: Right;
  readonly query: Query;
  /** Left out where the operation has no JSON body. */
  readonly body?: Body;
  /** What the path names beside the group. */
  readonly labels?: Labels;
  readonly answer: (
    call: AwsCall<z.output<Query>, z.output<Body>, z.output<Labels>>,
  ) => Promise<Response>;
}

/** One operation, whose input has been checked against the model's constraints before `answer` sees it. */
export function operation<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Labels extends z.ZodObject,
>(shape: Shape<Query, Body, Labels>): Operation {
  const { query: querySchema, body: bodySchema, labels: labelsSchema, answer, ...rest } = shape;
  return {
    ...rest,
    right: shape.right ?? usualRight(shape.method),
    answer: async ({ visit, needs }, parameters) => {
      const groupName = groupNameOf(parameters);
      if (groupName !== '') visit.group = groupName;
      const { searchParams } = new URL(visit.request.url);
      const query = checked(querySchema, queryValues(querySchema, searchParams));
      const labels = checked(labelsSchema ?? z.object({}), parameters) as z.output<Labels>;
      const body = (
        bodySchema ? checked(bodySchema, await jsonBody(visit, needs)) : undefined
      ) as z.output<Body>;
      const group = () => groupNamed(groupName, needs);
      return await answer({ visit, needs, query, body, labels, groupName, group });
    },
  };
}

/** Empty where an operation is about no group. Throws Problem('invalid-parameter'). */
export function groupNameOf({ profilingGroupName, resourceArn }: Parameters): string {
  if (profilingGroupName !== undefined) {
    return checked(z.object({ profilingGroupName: ProfilingGroupName }), { profilingGroupName })
      .profilingGroupName;
  }
  if (resourceArn === undefined) return '';
  return checked(z.object({ resourceArn: ResourceArn }), { resourceArn }).resourceArn;
}

async function groupNamed(name: string, { catalog }: Needs): Promise<Group> {
  const group = await catalog.group(name);
  if (group) return group;
  throw unknownGroup(name);
}

/** Clients send `{}` or nothing where all members are absent. */
async function jsonBody(visit: Visit, needs: Needs): Promise<unknown> {
  const bytes = await readBody(visit, { ...needs.limits, bodyBytes: SMALL_BODY_BYTES });
  refuseBygone(visit, needs);
  if (bytes.length === 0) return {};
  try {
    return withoutNulls(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem('invalid-body', 'The request body is not valid JSON.', { cause });
  }
}

export const answerJson = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json' },
  });

export const noContent = (): Response => new Response(null, { status: 204 });
