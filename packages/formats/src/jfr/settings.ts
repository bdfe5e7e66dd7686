/** What the recorder was told, by event and name: "jdk.ExecutionSample period" → "10 ms"; "event" → "ctimer". */
export type Settings = ReadonlyMap<string, string>;

const nsByUnit: Readonly<Record<string, number>> = {
  '': 1,
  ns: 1,
  us: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** "10 ms", or a bare number of nanoseconds; undefined for "everyChunk" and the like, and for zero. */
export function nanosecondsOf(text: string | undefined): number | undefined {
  const [, number, unit] = /^(\d{1,19}) ?([a-zμ]{0,2})$/.exec(text ?? '') ?? [];
  const ns = Number(number) * (nsByUnit[unit ?? ''] ?? Number.NaN);
  return ns > 0 ? ns : undefined;
}
