import { type Labels, threadGroup } from '@everflame/model';

/**
 * What a whole profile may be sliced by. A closed list: every further combination of values is one more
 * copy of the tree in the store, and names such as `host.name` have as many values as there are machines.
 */
const profileDimensions: ReadonlySet<string> = new Set([
  'service.name',
  'service.namespace',
  'service.version',
  'deployment.environment.name',
  'deployment.environment',
  'cloud.provider',
  'cloud.region',
  'cloud.availability_zone',
  'faas.name',
  'k8s.namespace.name',
  'k8s.deployment.name',
  'host.arch',
  'host.type',
  'process.runtime.version',
  'vcs.ref.head.revision',
]);

/** Names under which agents send identities of one request, thread, process or machine. */
const identity =
  /(^|[ ._-])(id|pid|tid|uid|uuid|guid|span|trace|instance|pod|hostname|ip|port|seq|timestamp)s?($|[ ._-])|Id$|ID$/;

/** Values beyond this are identities whatever their name. */
const MAX_VALUES_PER_UPLOAD = 32;
export const MAX_VALUE_LENGTH = 200;
const MAX_NAME_LENGTH = 100;
/** Further names of sample labels are left out: label sets are held in memory, of all groups and days. */
const MAX_NAMES = 16;

export const dimensionsOfProfile = (labels: Labels): Labels => {
  const kept = Object.entries(labels).filter(
    ([name, value]) => profileDimensions.has(name) && isShown(value),
  );
  return Object.fromEntries(kept);
};

const isShown = (value: string): boolean => value !== '' && value.length <= MAX_VALUE_LENGTH;

/** What people write for the names that OpenTelemetry has for it. */
const canonical: ReadonlyMap<string, string> = new Map([
  ['env', 'deployment.environment.name'],
  ['environment', 'deployment.environment.name'],
  ['version', 'service.version'],
  ['release', 'service.version'],
  ['service', 'service.name'],
  ['provider', 'cloud.provider'],
  ['region', 'cloud.region'],
  ['zone', 'cloud.availability_zone'],
  ['az', 'cloud.availability_zone'],
  ['arch', 'host.arch'],
  ['commit', 'vcs.ref.head.revision'],
  ['revision', 'vcs.ref.head.revision'],
  ['host', 'host.name'],
  ['hostname', 'host.name'],
  ['instance', 'service.instance.id'],
  ['pod', 'k8s.pod.name'],
]);

/** Short names made long. Where both came, what has the long one stays. */
export function canonicalLabels(labels: Labels): Labels {
  const long = Object.entries(labels).map(([name, value]) => [canonical.get(name) ?? name, value]);
  return { ...Object.fromEntries(long), ...only(labels, new Set(canonical.values())) };
}

/** They say who sent it, which is kept elsewhere, or are true of all that an agent sends. */
const ofInstance: ReadonlySet<string> = new Set([
  'service.instance.id',
  'faas.instance',
  'k8s.pod.name',
  'container.id',
  'host.name',
  'process.pid',
  'process.runtime.name',
  'thread.name',
]);

/** What was said of a whole upload, beside its profile. */
export interface GivenLabels {
  /** What it is sliced by in any case. */
  readonly kept: Labels;
  /** Names of the uploader's own: sliced by as long as there are few combinations of them. */
  readonly own: Labels;
  /** Sentences about what is left out. */
  readonly warnings: readonly string[];
}

/** `labels`: with canonical names. */
export function givenLabels(labels: Labels): GivenLabels {
  const left: string[] = [];
  const own: [string, string][] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (value === '' || ofInstance.has(name)) continue;
    const isOwn = !profileDimensions.has(name);
    const isDimension = !isOwn || (name.length <= MAX_NAME_LENGTH && !identity.test(name));
    if (!isShown(value) || !isDimension || own.length >= MAX_OWN_NAMES) left.push(name);
    else if (isOwn) own.push([name, value]);
  }
  const thread = labels['thread.name'];
  return {
    kept: {
      ...dimensionsOfProfile(labels),
      ...(thread ? { 'thread.name': threadGroup(thread.slice(0, MAX_VALUE_LENGTH)) } : {}),
    },
    own: Object.fromEntries(own),
    warnings: left.length === 0 ? [] : [leftOut(left)],
  };
}

/** `why`: the rule that the names break, all of them without it. */
export function leftOut(names: readonly string[], why = rules): string {
  const shown = names.slice(0, 5).map((name) => `“${name.slice(0, MAX_NAME_LENGTH)}”`);
  const more = names.length > shown.length ? ' and others' : '';
  return `The profile cannot be filtered by ${shown.join(', ')}${more}: ${why}. Always taken: ${[...profileDimensions].join(', ')}.`;
}

/** Names of the uploader's own that one upload may have. */
const MAX_OWN_NAMES = 8;
const rules = `up to ${MAX_OWN_NAMES} further names of up to ${MAX_NAME_LENGTH} characters are taken, with values of up to ${MAX_VALUE_LENGTH}, and none that names one request, process or machine`;

/** Names of sample labels with few values, whatever they mean: endpoints, tenants, job names. */
export function dimensionNames(labelSets: readonly Labels[]): ReadonlySet<string> {
  const values = new Map<string, Set<string>>();
  for (const labels of labelSets) {
    for (const [name, value] of Object.entries(labels)) {
      const seen = values.get(name) ?? new Set();
      // One more than allowed is enough to know.
      if (seen.size <= MAX_VALUES_PER_UPLOAD) seen.add(value.slice(0, MAX_VALUE_LENGTH + 1));
      values.set(name, seen);
    }
  }
  const few = [...values].filter(
    ([name, seen]) =>
      name.length <= MAX_NAME_LENGTH &&
      !identity.test(name) &&
      seen.size <= MAX_VALUES_PER_UPLOAD &&
      [...seen].every((value) => value.length <= MAX_VALUE_LENGTH),
  );
  return new Set(few.slice(0, MAX_NAMES).map(([name]) => name));
}

export const only = (labels: Labels, names: ReadonlySet<string>): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([name, value]) => names.has(name) && value));

/** Equal label sets have equal keys, whatever order they were written in. */
export const keyOfLabels = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
