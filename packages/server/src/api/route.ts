import { Problem } from '@everflame/model';
import { z } from 'zod';
import { refuseBygone } from '../auth/admit.ts';
import { type Right, usualRight } from '../auth/rights.ts';
import type { Visit } from '../door.ts';
import { readBody } from '../ingest/read-body.ts';
import type { Needs } from '../needs.ts';
import type { Group } from '../storage/catalog.ts';

/** What an address under /api/v1 is called with. */
export interface Call<Query> {
  readonly visit: Visit;
  readonly needs: Needs;
  readonly query: Query;
  /** Of the path. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Of the path; throws Problem('unknown-group'). */
  readonly group: () => Promise<Group>;
}

/** One answer that an address may give, as OpenAPI describes it. No media type: no body. */
export interface Answer {
  readonly description: string;
  readonly content?: Readonly<Record<string, z.ZodType>>;
}

interface RouteShape {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /** Counts as an upload for quotas. */
  readonly isUpload?: boolean;
  /** What it does; left out, what its method says. */
  readonly right?: Right;
  /** Media types of a request body. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  readonly answers: Readonly<Record<number, Answer>>;
}

export interface Route extends RouteShape {
  readonly right: Right;
  readonly querySchema?: z.ZodObject | undefined;
  readonly answer: (call: Omit<Call<unknown>, 'query'>) => Promise<Response>;
}

/** A route whose query string is parsed by its schema before `answer` sees it. */
export function route<Schema extends z.ZodObject>(
  shape: RouteShape & {
    readonly query: Schema;
    readonly answer: (call: Call<z.output<Schema>>) => Promise<Response>;
  },
): Route {
  const { query, answer, ...rest } = shape;
  return {
    ...rest,
    right: shape.right ?? usualRight(shape.method),
    querySchema: query,
    answer: (call) => {
      const { searchParams } = new URL(call.visit.request.url);
      return answer({ ...call, query: parsed(query, valuesOf(query, searchParams), 'parameter') });
    },
  };
}

/** Bytes that JSON Schema cannot describe. */
export const binary = z.string().meta({ format: 'binary' });

export const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
  });

/** A body of JSON that people or scripts write. */
const SMALL_BODY = 64 * 1024;

/** Throws as `readBody`, `refuseBygone` and `bodyOf` do. */
export async function smallBody<Schema extends z.ZodType>(
  schema: Schema,
  visit: Visit,
  needs: Needs,
): Promise<z.output<Schema>> {
  const bytes = await readBody(visit, { ...needs.limits, bodyBytes: SMALL_BODY });
  refuseBygone(visit, needs);
  return bodyOf(schema, bytes, visit.request.headers.get('content-type') ?? '');
}

/** A JSON body by its schema. Throws Problem('unsupported-media-type' | 'invalid-body'). */
function bodyOf<Schema extends z.ZodType>(
  schema: Schema,
  bytes: Uint8Array,
  contentType: string,
): z.output<Schema> {
  if (!/^application\/json\b/i.test(contentType)) {
    throw new Problem(
      'unsupported-media-type',
      `Send application/json; “${contentType || 'nothing'}” came.`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Problem('invalid-body', 'The body is not JSON.', { cause });
  }
  return parsed(schema, value, 'body');
}

function parsed<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: 'parameter' | 'body',
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const at = issue?.path.join('.');
  throw new Problem(
    what === 'body' ? 'invalid-body' : 'invalid-parameter',
    `${at ? `“${at}”: ` : ''}${issue?.message}`,
  );
}

/** Parameters that the schema knows; a list where it wants one, however often it was given. */
function valuesOf({ shape }: z.ZodObject, parameters: URLSearchParams): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const all = parameters.getAll(name);
    if (all.length > 0) values[name] = isList(schema as z.ZodType) ? all : all.at(-1);
  }
  return values;
}

function isList(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return isList(schema.unwrap() as z.ZodType);
  }
  return schema instanceof z.ZodArray;
}
