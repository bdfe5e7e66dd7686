import { UploadMetadata } from '@everflame/api';
import { type DecodeOptions, decode, type Hints } from '@everflame/formats';
import { Problem, type Profile, problems } from '@everflame/model';
import { frameBytes } from '../frame-bytes.ts';
import { MAX_PARTS } from '../limits.ts';
import type { DecodedUpload, DecodeJob, Metadata, UploadHints } from './decode-job.ts';
import { canonicalLabels, givenLabels } from './dimensions.ts';
import { instanceFacts } from './facts.ts';
import { decoded, gunzip, unzstd } from './inflate.ts';
import { prepare } from './prepare.ts';
import { whatCame } from './what-came.ts';

/** The life of an upload on its decoding thread, from the bytes as sent to what the store takes. */
export async function decodeUpload(job: DecodeJob): Promise<DecodedUpload> {
  const startedMs = performance.now();
  const plain = decoded(job.body, job.contentEncoding, job.limits.inflatedBytes);
  const { files, metadata: said } = await unpacked(plain, job);
  const metadata = { ...said, labels: canonicalLabels(said.labels) };
  const profiles = decodeFiles(files, metadata, job);
  const times = timesOf(profiles, metadata, job.hints);
  const given = givenLabels(metadata.labels);
  const profile = prepare(profiles, given.kept);
  return {
    format: profiles[0]?.format ?? '',
    token: metadata.token,
    ...times,
    profile,
    ownLabels: given.own,
    facts: instanceFacts({ profiles, prepared: profile, metadata, lengthMs: times.lengthMs ?? 0 }),
    warnings: [
      ...new Set(profiles.flatMap(({ quality }) => quality.warnings)),
      ...given.warnings,
      ...lengthWarnings(profile, times),
    ],
    bytes: bytesOf(profile),
    decodeMs: performance.now() - startedMs,
  };
}

interface File {
  readonly bytes: Uint8Array;
  /** What a sentence about it begins with. */
  readonly subject: string;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
}

type Part = NonNullable<ReturnType<FormData['get']>>;

async function unpacked(
  bytes: Uint8Array,
  { contentType, metadata, hints }: DecodeJob,
): Promise<{ readonly files: readonly File[]; readonly metadata: Metadata }> {
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    return {
      files: [{ bytes, subject: 'The body', name: hints.fileName, type: contentType }],
      metadata,
    };
  }
  const form = await new Response(bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw new Problem('invalid-body', 'The multipart body is not complete and valid.', { cause });
    });
  const parts = form.getAll('profile');
  if (parts.length === 0 || parts.length > MAX_PARTS) {
    throw new Problem(
      'invalid-body',
      `A multipart upload has 1 to ${MAX_PARTS} parts named “profile”; ${parts.length} came.`,
    );
  }
  const files = await Promise.all(parts.map(fileOf));
  const said = form.get('metadata');
  return { files, metadata: said === null ? metadata : await metadataOf(said) };
}

async function fileOf(part: Part): Promise<File> {
  if (typeof part === 'string') {
    return { bytes: new TextEncoder().encode(part), subject: 'A part “profile”' };
  }
  const { name, type } = part;
  const bytes = new Uint8Array(await part.arrayBuffer());
  return { bytes, subject: `The part “${name}”`, name, type };
}

async function metadataOf(part: Part): Promise<Metadata> {
  const text = typeof part === 'string' ? part : await part.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem('invalid-body', 'The part “metadata” is not JSON.', { cause });
  }
  const { success, data, error } = UploadMetadata.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new Problem('invalid-body', `metadata.${issue?.path.join('.')}: ${issue?.message}`);
}

/** What one part took of the limits is not there for the next. */
function decodeFiles(
  files: readonly File[],
  metadata: Metadata,
  { hints, limits }: DecodeJob,
): readonly Profile[] {
  const left = { ...limits };
  return files.map((file) => {
    const profile = decodeFile(file, {
      inflate: (bytes, codec, maxBytes) => {
        const plain = (codec === 'gzip' ? gunzip : unzstd)(bytes, maxBytes);
        left.inflatedBytes -= plain.length;
        return plain;
      },
      limits: { ...left },
      hints: hintsFor(file, metadata, hints),
    });
    left.nodes -= profile.stacks.length;
    left.samples -= profile.samples.length;
    return profile;
  });
}

/** What `curl -d @file` sends has lost its line ends and its zeros. */
const formHint = 'curl sends a file as it is with --data-binary @file, not with -d.';

const isBroken = (cause: unknown): cause is Problem =>
  cause instanceof Problem &&
  ['corrupt-profile', 'truncated-profile', 'missing-count'].includes(cause.code);

/** A format is not known by its absence alone: whoever sent the wrong thing is told what came. */
function decodeFile({ bytes, subject, type = '' }: File, options: DecodeOptions): Profile {
  if (bytes.length === 0) throw new Problem('empty-body', `${subject} is empty.`);
  try {
    return decode(bytes, options);
  } catch (cause) {
    if (isBroken(cause) && /^application\/x-www-form-urlencoded\b/i.test(type)) {
      throw new Problem(cause.code, `${cause.message} ${formHint}`, { cause });
    }
    if (!(cause instanceof Problem) || cause.message !== problems['unknown-format']) throw cause;
    throw new Problem('unknown-format', whatCame(bytes, subject), { cause });
  }
}

const hintsFor = (file: File, { startMs, endMs }: Metadata, hints: UploadHints): Hints => ({
  ...(file.type ? { contentType: file.type } : {}),
  ...(file.name ? { fileName: file.name } : {}),
  ...(hints.sampleType ? { sampleType: hints.sampleType } : {}),
  ...(hints.unit ? { unit: hints.unit } : {}),
  ...(hints.sampleRateHz ? { sampleRateHz: hints.sampleRateHz } : {}),
  // One end alone would be taken for an end of what the profile says.
  ...(startMs === undefined || endMs === undefined ? {} : { startMs, endMs }),
});

/** What an upload and its uploader say of its time. */
type Times = Pick<DecodedUpload, 'startMs' | 'endMs' | 'momentMs' | 'lengthMs'>;

/**
 * What the uploader says of the window wins; one end alone moves the profile, which keeps its length. Some profiles,
 * such as a Go heap, have none, and of files without times it is known where the rate of sampling is.
 */
function timesOf(profiles: readonly Profile[], said: Metadata, hints: UploadHints): Times {
  const { startMs, endMs } = said;
  if (startMs !== undefined && endMs !== undefined) {
    return { startMs, endMs, lengthMs: endMs - startMs };
  }
  const starts = profiles.flatMap((one) => one.startMs ?? []);
  const ends = profiles.flatMap((one) => one.endMs ?? []);
  if (starts.length === 0 || ends.length === 0) {
    return { startMs, endMs, lengthMs: sampledMs(profiles, hints) };
  }
  const own = { startMs: Math.min(...starts), endMs: Math.max(...ends) };
  const lengthMs = own.endMs - own.startMs || undefined;
  if (startMs !== undefined || endMs !== undefined) return { startMs, endMs, lengthMs };
  return lengthMs === undefined ? { momentMs: own.endMs } : { ...own, lengthMs };
}

/** Of folded stacks. No thread is looked at more often than the rate says, so it took at least as long as its busiest thread. */
function sampledMs(
  profiles: readonly Profile[],
  { unit = 'samples', sampleRateHz }: UploadHints,
): number | undefined {
  const isFolded = profiles.every(({ format }) => format === 'folded');
  if (sampleRateHz === undefined || unit !== 'samples' || !isFolded) return undefined;
  const ofThreads = profiles.map(({ samples, threads }) => {
    const looks = new Float64Array(threads.length);
    for (let row = 0; row < samples.length; row++) {
      const thread = samples.thread[row] ?? 0;
      looks[thread] = (looks[thread] ?? 0) + (samples.count[row] ?? 0);
    }
    return looks.reduce((most, one) => Math.max(most, one), 0);
  });
  return (1000 * Math.max(...ofThreads)) / sampleRateHz || undefined;
}

const lengthWarnings = ({ series }: DecodedUpload['profile'], { lengthMs }: Times): string[] =>
  lengthMs === undefined && series.some(({ measure }) => measure.temporality === 'delta')
    ? [
        'The file does not say how long it was profiled, so there are no rates of it, such as cores. Give startMs and endMs, or sampleRateHz for samples of a fixed rate.',
      ]
    : [];

const NODE_BYTES = 29;
const ROW_BYTES = 16;

const bytesOf = ({ nodes, frames, series, frameSeries }: DecodedUpload['profile']): number =>
  nodes.length * NODE_BYTES +
  frameBytes(frames) +
  series.reduce((sum, { node }) => sum + node.length * ROW_BYTES, 0) +
  frameSeries.reduce((sum, { frame }) => sum + frame.length * ROW_BYTES, 0);
