import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface WebFile {
  readonly bytes: Uint8Array;
  readonly type: string;
  /** Named after its content, so that it can be kept forever. */
  readonly isHashed: boolean;
}

export interface WebFiles {
  readonly file: (path: string) => WebFile | undefined;
  readonly index: WebFile;
  readonly policy: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/**
 * The built page, held in memory: some hundred kilobytes, and no request can name a file outside.
 * Undefined where the folder has no index.html.
 */
export async function readWebFiles(folder: string): Promise<WebFiles | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, WebFile>();
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(name, {
      bytes: await readFile(path),
      type: types[extname(name)] ?? 'application/octet-stream',
      isHashed: name.startsWith('/assets/'),
    });
  }
  const index = files.get('/index.html');
  if (!index) return undefined;
  return { index, file: (path) => files.get(path), policy: policyFor(index) };
}

/** Names in profiles are untrusted text: were one ever taken for markup, it still could not run or call out. */
function policyFor({ bytes }: WebFile): string {
  const html = new TextDecoder().decode(bytes);
  const inline = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, code]) =>
      `'sha256-${createHash('sha256')
        .update(code ?? '')
        .digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    ["script-src 'self'", ...inline].join(' '),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'none'",
  ].join('; ');
}
