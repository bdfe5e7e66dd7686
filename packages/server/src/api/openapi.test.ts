import { expect, test } from 'vitest';
import { routes } from './door.ts';
import { openApi } from './openapi.ts';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required: boolean;
    readonly description?: string;
    readonly schema: object;
  }[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly requestBody?: { readonly content: object };
}

const document = JSON.parse(JSON.stringify(openApi(routes, '1.2.3'))) as {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test('every route is described, and nothing else', () => {
  const described = operations.map(({ path, method }) => `${method.toUpperCase()} ${path}`);
  expect(described.toSorted()).toEqual(
    routes.map(({ method, path }) => `${method} ${path}`).toSorted(),
  );
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.version).toBe('1.2.3');
});

test('operations have names of their own, every parameter of their path, and an answer', () => {
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(
    operations.length,
  );
  for (const { path, operation } of operations) {
    const inPath = operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(Object.keys(operation.responses).length).toBeGreaterThan(1);
    for (const { description } of Object.values(operation.responses))
      expect(description).not.toBe('');
  }
});

test('every parameter of a query string says what it is', () => {
  const silent = operations.flatMap(({ path, operation }) =>
    operation.parameters
      .filter((one) => one.in === 'query' && !one.description)
      .map(({ name }) => `${path} ${name}`),
  );
  expect(silent).toEqual([]);
});

test('what is required is said to be', () => {
  const search = document.paths['/api/v1/groups/{group}/search']!.get!;
  const required = search.parameters.filter((one) => one.required).map(({ name }) => name);
  expect(required).toEqual(['group', 'q']);
});

test('every reference leads somewhere, and every schema is one', () => {
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(document.components.schemas).toHaveProperty(name!);
  }
  expect(text).not.toContain('"$schema"');
  for (const { operation } of operations) {
    for (const { schema } of operation.parameters) expect(schema).toBeTypeOf('object');
  }
});

test('what an upload may be, and when it may come again, is said', () => {
  const text = JSON.stringify(document.paths['/api/v1/groups/{group}/profiles']);
  for (const type of ['octet-stream', 'application/json', 'text/plain', 'multipart/form-data']) {
    expect(text).toContain(type);
  }
  expect(text).toContain('"profile":{"minItems":1,"maxItems":16,"type":"array"');
  expect(text).toContain('Retry-After');
  expect(text).toContain('ISO 8601');
});
