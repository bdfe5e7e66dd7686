/** A request as its signature sees it. */
export interface Signable {
  readonly method: string;
  /** As it came, percent-encoding kept. */
  readonly path: string;
  /** As it came, without its `?`. */
  readonly query: string;
  /** As they came; of several with one name, in their order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * The one spelling that both sides hash (AWS Signature Version 4, “canonical request”). `signedHeaders`: names in
 * lower case and sorted. `payloadHash`: SHA-256 in hex, or what stands for it.
 */
export function canonicalRequest(
  { method, path, query, headers }: Signable,
  signedHeaders: readonly string[],
  payloadHash: string,
): string {
  const values = canonicalValues(headers);
  const lines = signedHeaders.map((name) => `${name}:${values.get(name) ?? ''}\n`);
  const parts = [method, canonicalPath(path), canonicalQuery(query), lines.join('')];
  return [...parts, signedHeaders.join(';'), payloadHash].join('\n');
}

/** By name; both sides of it may have thousands, and are sent before anything is known of who sends them. */
function canonicalValues(headers: Signable['headers']): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    const before = values.get(name);
    const plain = value.trim().replace(/\s+/g, ' ');
    values.set(name, before === undefined ? plain : `${before},${plain}`);
  }
  return values;
}

/**
 * Every service but S3 encodes the path once more than the wire does: `%2F` becomes `%252F`. Before that, `.`, `..`
 * and empty segments go.
 */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encoded(segment));
  }
  const end = segments.length > 0 && path.endsWith('/') ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

/** Sorted by name, then by value, each as it is encoded. */
function canonicalQuery(query: string): string {
  const pairs = query.split('&').flatMap((pair): [string, string][] => {
    if (pair === '') return [];
    const [name = '', ...value] = pair.split('=');
    return [[reencoded(name), reencoded(value.join('='))]];
  });
  return pairs
    .sort(([one, its], [other, others]) => compared(one, other) || compared(its, others))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compared = (one: string, other: string): number => Number(one > other) - Number(one < other);

/** Each byte of UTF-8 but the unreserved ones of RFC 3986, in upper case. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => hexByte(letter.charCodeAt(0)));

/** Text that may be encoded already, thoroughly or not. */
const reencoded = (text: string): string =>
  text.replace(/%[0-9A-Fa-f]{2}|[^%]+|%/g, (part) =>
    part.length === 3 && part.startsWith('%')
      ? ofByte(Number.parseInt(part.slice(1), 16))
      : encoded(part),
  );

const ofByte = (byte: number): string => {
  const letter = String.fromCharCode(byte);
  return /[A-Za-z0-9_.~-]/.test(letter) ? letter : hexByte(byte);
};

const hexByte = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
