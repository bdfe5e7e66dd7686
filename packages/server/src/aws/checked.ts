import { Problem } from '@everflame/model';
import { z } from 'zod';

/** The shape by its schema. Throws Problem('invalid-parameter'), in the sentences that AWS has for it. */
export function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const said = issues
    .slice(0, MAX_SAID)
    .map(
      (issue) =>
        `Value ${shown(issue.input)} at '${cut(issue.path.join('.'))}' failed to satisfy constraint: ${constraintOf(issue)}`,
    );
  const errors = issues.length === 1 ? 'error' : 'errors';
  throw new Problem(
    'invalid-parameter',
    `${issues.length} validation ${errors} detected: ${said.join('; ')}${issues.length > MAX_SAID ? '; …' : ''}`,
  );
}

/** A map of a thousand wrong values is wrong a thousand times. */
const MAX_SAID = 20;
/** Of what came, as much as helps. */
const MAX_SHOWN = 100;

const cut = (text: string): string =>
  text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;

const shown = (value: unknown): string =>
  value === undefined
    ? 'null'
    : `'${cut(typeof value === 'string' ? value : JSON.stringify(value))}'`;

function constraintOf(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'Member must not be null';
  switch (issue.code) {
    case 'invalid_format':
      return issue.pattern === undefined
        ? issue.message
        : `Member must satisfy regular expression pattern: ${patternOf(issue.pattern)}`;
    case 'invalid_value':
      return `Member must satisfy enum value set: [${issue.values.join(', ')}]`;
    case 'too_small':
      return `Member must have ${measureOf(issue.origin)} greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return `Member must have ${measureOf(issue.origin)} less than or equal to ${issue.maximum}`;
    case 'invalid_type':
      return `Member must be of type ${issue.expected}`;
    default:
      return issue.message;
  }
}

const measureOf = (origin: string): string => (origin === 'number' ? 'value' : 'length');

/** Zod writes it as JavaScript does, between slashes. */
const patternOf = (pattern: string): string => pattern.replace(/^\/|\/[a-z]*$/g, '');

/**
 * Parameters that the schema knows, a list where it wants one.
 * Throws Problem('invalid-parameter') for one that came twice and is no list: none of the two is meant more.
 */
export function queryValues(
  { shape }: z.ZodObject,
  parameters: URLSearchParams,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const all = parameters.getAll(name);
    if (all.length === 0) continue;
    if (schema instanceof z.ZodArray) {
      values[name] = all;
      continue;
    }
    if (all.length > 1) {
      throw new Problem('invalid-parameter', `“${name}” takes one value, and ${all.length} came.`);
    }
    [values[name]] = all;
  }
  return values;
}

/** No shape is deeper than five; what is much deeper would run the machine's stack out wherever it is walked. */
const MAX_DEPTH = 50;

/** JSON's null stands for a member that is absent, however deep. Throws Problem('invalid-body') where it is too deep. */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) {
    throw new Problem('invalid-body', `The request body has more than ${MAX_DEPTH} levels.`);
  }
  if (Array.isArray(value)) return value.map((member) => withoutNulls(member, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member, depth + 1)]),
  );
}
