import { GroupName, ProblemBody } from '@everflame/api';
import { z } from 'zod';
import type { Answer, Route } from './route.ts';

type Json = Readonly<Record<string, unknown>>;

/** OpenAPI 3.1, made from the routes and their schemas: what is described is what is checked. */
export function openApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Everflame',
      version,
      description: 'What the Everflame page, command line and agent talk to.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    // One of them, and none where the server has no keys yet.
    security: [{}, { bearer: [] }, { basic: [] }],
    components: {
      schemas: { Problem: schemaOf(ProblemBody, 'output') },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The secret of an access key' },
        basic: { type: 'http', scheme: 'basic', description: 'The same as the password' },
      },
    },
  };
}

const operation = (route: Route): Json => ({
  operationId: operationId(route),
  summary: route.summary,
  parameters: [...pathParameters(route), ...queryParameters(route)],
  ...(route.body
    ? { requestBody: { required: true, content: contentOf(route.body, 'input') } }
    : {}),
  responses: { ...answers(route), default: problem },
});

const operationId = ({ method, path }: Route): string =>
  [method.toLowerCase(), ...path.replace('/api/v1/', '').split(/[/.{}]+/)]
    .filter((word) => word !== '')
    .join('-');

const pathParameters = ({ path }: Route): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(name === 'group' ? GroupName : z.string(), 'input'),
  }));

const queryParameters = ({ querySchema }: Route): Json[] =>
  Object.entries(querySchema?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    ...described(schemaOf(schema as z.ZodType, 'input')),
  }));

/** Viewers show the description of a parameter, and not that of its schema. */
const described = ({ description, ...schema }: Json): Json => ({ description, schema });

const answers = (route: Route): Json =>
  Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => [status, response(answer)]),
  );

const response = ({ description, content }: Answer): Json => ({
  description,
  ...(content ? { content: contentOf(content, 'output') } : {}),
});

const contentOf = (content: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): Json =>
  Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [type, { schema: schemaOf(schema, io) }]),
  );

const problem = {
  description: 'A problem: what was expected and what came',
  headers: {
    'Retry-After': {
      description: 'Seconds to wait before the same is sent again, with 429 and 503',
      schema: { type: 'integer' },
    },
  },
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
