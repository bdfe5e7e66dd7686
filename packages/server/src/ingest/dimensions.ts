import type { Labels } from '@everflame/model';

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
    ([name, value]) =>
      profileDimensions.has(name) && value !== '' && value.length <= MAX_VALUE_LENGTH,
  );
  return Object.fromEntries(kept);
};

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
