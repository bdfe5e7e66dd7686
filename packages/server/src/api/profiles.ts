import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { timeForms, UploadAnswer, UploadMetadata, ViewQuery } from '@everflame/api';
import { encodeFolded, encodePprof } from '@everflame/formats';
import { Problem, sumStates, threadStates } from '@everflame/model';
import { z } from 'zod';
import { acceptType } from '../ingest/accept-type.ts';
import type { Metadata } from '../ingest/decode-job.ts';
import { ingest } from '../ingest/ingest.ts';
import { MAX_PARTS } from '../limits.ts';
import { timeOf } from '../query/time.ts';
import { givenPairs } from '../query/view.ts';
import { binary, json, type Route, route } from './route.ts';
import { treeOf } from './views.ts';

const compressed = promisify(gzip);

/** What an upload of one bare file may say of it; a multipart upload says it in its `metadata` part. */
const UploadQuery = z.object({
  token: z.string().min(1).max(64).optional().describe('Makes a retry count once, for a day.'),
  startMs: z
    .string()
    .max(40)
    .optional()
    .describe(`When it began; alone, the profile keeps its length. ${timeForms}`),
  endMs: z
    .string()
    .max(40)
    .optional()
    .describe(`When it ended; alone, the profile keeps its length. ${timeForms}`),
  label: z
    .array(z.string().max(1200))
    .max(100)
    .default([])
    .describe(
      '`key:value` or `key=value`, repeatable: what profiles can be filtered by. Names of OpenTelemetry such as `service.version`, short ones such as `env`, `version`, `region` and `zone`, and a few of your own; one that is not taken is named in `warnings`.',
    ),
  instance: z.string().min(1).max(255).optional().describe('Who sends it: `service.instance.id`.'),
  sampleType: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('What folded stacks count, such as `cpu`, `wall` or `alloc_space`.'),
  unit: z
    .enum(['ns', 'bytes', 'count', 'samples'])
    .optional()
    .describe('What a count in folded stacks is one of.'),
  sampleRateHz: z.coerce
    .number()
    .positive()
    .max(1e6)
    .optional()
    .describe(
      'Makes time of samples in folded stacks, and says how long they were taken where no times are given.',
    ),
  fileName: z.string().max(255).optional().describe('Helps to tell the format.'),
});

const uploadRoute = route({
  method: 'POST',
  path: '/api/v1/groups/{group}/profiles',
  isUpload: true,
  summary: 'Store a profile in any known format; answered when it is durable',
  right: 'report',
  query: UploadQuery,
  // Recognised by its bytes; gzip and zstd are undone, also where Content-Encoding names them.
  body: {
    'application/octet-stream': binary,
    'application/json': z.looseObject({}),
    'text/plain': z.string(),
    'multipart/form-data': z.object({
      metadata: UploadMetadata.optional(),
      profile: z.array(binary).min(1).max(MAX_PARTS),
    }),
  },
  answers: {
    201: {
      description: 'Durable, now or since the token was first seen',
      content: { 'application/json': UploadAnswer },
    },
  },
  answer: async ({ visit, needs, query, group }) => {
    const { request } = visit;
    acceptType(request.headers.get('content-type') ?? '');
    const found = await group();
    const metadata = metadataOf(query, needs.now());
    const stored = await ingest(visit, found, { metadata, hints: query }, needs);
    const { result, format, startMs, endMs, nodes, warnings } = stored;
    const answer = { result, format, nodes, warnings, group: found.name };
    return json({ ...answer, fromMs: startMs, toMs: endMs }, 201);
  },
});

function metadataOf(query: z.output<typeof UploadQuery>, nowMs: number): Metadata {
  const own = query.instance ? { 'service.instance.id': query.instance } : {};
  const labels = { ...givenPairs(query.label), ...own };
  const time = (name: 'startMs' | 'endMs') => {
    const text = query[name];
    return text === undefined ? {} : { [name]: timeOf(text, name, nowMs) };
  };
  const { success, data, error } = UploadMetadata.safeParse({
    ...(query.token ? { token: query.token } : {}),
    ...time('startMs'),
    ...time('endMs'),
    labels,
  });
  if (success) return data;
  throw new Problem('invalid-parameter', error.issues[0]?.message);
}

const exportRoute = route({
  method: 'GET',
  path: '/api/v1/groups/{group}/export',
  summary: 'The full tree of a range as a file for other tools',
  query: ViewQuery.extend({
    format: z.enum(['pprof', 'folded']).default('pprof').describe('What kind of file.'),
  }),
  answers: {
    200: {
      description: 'A file: gzipped pprof, or folded stacks',
      content: { 'application/octet-stream': binary, 'text/plain': z.string() },
    },
  },
  answer: async (call) => {
    const { format, measure } = call.query;
    const { name } = await call.group();
    const { tree, fromMs, toMs } = await treeOf(call);
    const base = `${name}-${measure.replace(/[^\w-]+/g, '_')}-${stamp(fromMs)}`;
    if (format === 'folded') {
      const text = encodeFolded(tree, sumStates(tree, measure, threadStates));
      return file(text, `${base}.folded`, 'text/plain; charset=utf-8');
    }
    const columns = tree.columns.filter((column) => column.measure.id === measure);
    const bytes = encodePprof({ ...tree, columns }, { startMs: fromMs, endMs: toMs });
    return file(await compressed(bytes), `${base}.pb.gz`, 'application/octet-stream');
  },
});

const stamp = (ms: number): string => new Date(ms).toISOString().replace(/[:.]|000Z$/g, '');

const file = (content: string | Uint8Array, name: string, type: string): Response =>
  new Response(content, {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"` },
  });

export const profileRoutes: readonly Route[] = [uploadRoute, exportRoute];
