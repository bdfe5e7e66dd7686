const group = (name: string) => `/api/v1/groups/${encodeURIComponent(name)}`;

/** Every address under /api/v1, so that no two programs spell one differently. */
export const paths = {
  status: '/api/v1/status',
  openapi: '/api/v1/openapi.json',
  groups: '/api/v1/groups',
  keys: '/api/v1/keys',
  key: (id: string) => `/api/v1/keys/${encodeURIComponent(id)}`,
  group,
  timeline: (name: string) => `${group(name)}/timeline`,
  flame: (name: string) => `${group(name)}/flame`,
  hotspots: (name: string) => `${group(name)}/hotspots`,
  search: (name: string) => `${group(name)}/search`,
  instances: (name: string) => `${group(name)}/instances`,
  agents: (name: string) => `${group(name)}/agents`,
  settings: (name: string) => `${group(name)}/settings`,
  /** GET: `format=pprof|folded` and a view. */
  export: (name: string) => `${group(name)}/export`,
  /** POST: a profile in any known format, bare or as multipart/form-data. */
  profiles: (name: string) => `${group(name)}/profiles`,
} as const;

/** Media type of profile-tree.ts. */
export const profileTreeType = 'application/vnd.profile-tree';
