import { Problem } from '@everflame/model';
import type { Visit } from '../door.ts';
import type { Needs } from '../needs.ts';
import type { Group } from '../storage/catalog.ts';
import { type Appended, type InstanceFacts, momentOf } from '../storage/profile-store.ts';
import { acceptedWindow } from './accept.ts';
import type { DecodedUpload, Metadata, UploadHints } from './decode-job.ts';
import { UNKNOWN_INSTANCE } from './facts.ts';
import { tooManyCombinations, withOwnLabels } from './own-labels.ts';
import { readBody } from './read-body.ts';

export interface Ingested {
  readonly result: Appended;
  readonly format: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly nodes: number;
  readonly warnings: readonly string[];
}

interface Said {
  readonly metadata: Metadata;
  readonly hints: UploadHints;
}

/** Stores an upload and counts it; when it returns, the profile is durable. Throws Problems. */
export async function ingest(
  visit: Visit,
  group: Group,
  said: Said,
  needs: Needs,
): Promise<Ingested> {
  const { uploads } = needs.metrics;
  visit.isRoutine = true;
  try {
    const ingested = await stored(visit, group, said, needs);
    uploads.inc({ format: ingested.format, result: ingested.result });
    return ingested;
  } catch (error) {
    const result = error instanceof Problem ? error.code : 'internal-error';
    uploads.inc({ format: 'unknown', result });
    throw error;
  }
}

/** The whole life of an upload, top to bottom. */
async function stored(visit: Visit, group: Group, said: Said, needs: Needs): Promise<Ingested> {
  const upload = await decoded(visit, said, needs);
  const { retention, store } = needs;
  const kept = { retention, keptFrom: await store.keptFrom() };
  const window = acceptedWindow(upload, needs.now(), kept);
  const { format, token, facts } = upload;
  const { profile, warnings } = labelled(upload, group, needs);
  const result = await needs.writer.append(
    { group: group.id, token, ...window, profile, facts },
    upload.bytes,
  );
  if (result === 'stored') {
    if (group.profileReportedMs === undefined) {
      visit.log.info({ group: group.name, format }, 'the first profile of a group');
    }
    noteReported(group, facts, needs);
    needs.catalog.noteProfileReported(group.id, window.endMs);
    needs.trees.forget(group.id, momentOf(window));
    needs.frames.forget(group.id, momentOf(window));
  }
  return { result, format, ...window, nodes: profile.nodes.length, warnings };
}

/** With the labels of the uploader's own choice, where there is room for them. */
function labelled(
  { profile, ownLabels, warnings }: DecodedUpload,
  { id }: Group,
  { ownLabels: known, now }: Needs,
): Pick<DecodedUpload, 'profile' | 'warnings'> {
  if (Object.keys(ownLabels).length === 0) return { profile, warnings };
  if (known.take(id, ownLabels, now())) {
    return { profile: withOwnLabels(profile, ownLabels), warnings };
  }
  return { profile, warnings: [...warnings, tooManyCombinations(ownLabels)] };
}

/** A file that somebody uploaded by hand comes from nobody in particular. */
function noteReported({ id }: Group, facts: InstanceFacts, { catalog, now }: Needs): void {
  const { instance, agent, agentVersion } = facts;
  if (instance === UNKNOWN_INSTANCE) return;
  catalog.fleet.note(id, { instance, agent: `${agent} ${agentVersion}`.trim(), reportedMs: now() });
}

async function decoded(
  visit: Visit,
  said: Said,
  { uploadsInFlight, decoder, metrics, limits }: Needs,
): Promise<DecodedUpload> {
  const body = await readBody(visit, limits, uploadsInFlight);
  const bytes = body.length;
  const { headers } = visit.request;
  metrics.uploadBytes.inc(bytes);
  try {
    const upload = await decoder.decode({
      body,
      contentEncoding: headers.get('content-encoding') ?? '',
      contentType: headers.get('content-type') ?? '',
      limits,
      ...said,
    });
    metrics.decodeSeconds.observe(upload.decodeMs / 1000);
    return upload;
  } finally {
    uploadsInFlight.give(bytes);
  }
}
