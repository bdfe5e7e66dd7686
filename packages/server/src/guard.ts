import { Problem } from '@everflame/model';

/** Whether an address or a Host header's name can only mean this machine. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  );
}

/** Added by proxies, which may give the server any name and bring anybody. */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Two things must not reach a server behind the back of whoever looks at a page. Where nobody is asked for a key: a
 * page of another site that made its own name resolve to 127.0.0.1 (the Host then is that name); with keys a proxy may
 * give the server any name, and a browser has no password for the name of that site. Anywhere: a form or script of
 * another site that posts to us (the Origin then is that site), for browsers add the password that they remember.
 */
export function refuseForeign(request: Request, { isOpen }: { readonly isOpen: boolean }): void {
  const { hostname, host } = new URL(request.url);
  if (isOpen && !isLoopback(hostname)) {
    throw new Problem(
      'foreign-host',
      `This server answers to localhost and 127.0.0.1, not to “${hostname}”.`,
    );
  }
  const proxied = isOpen && forwarding.find((name) => request.headers.has(name));
  if (proxied) {
    throw new Problem(
      'foreign-host',
      `A proxy brought this request (${proxied}), and without an access key this server is for its own machine. Make one with \`everflame key add\`.`,
    );
  }
  if (reading.has(request.method)) return;
  const origin = request.headers.get('origin');
  if (origin !== null && hostOf(origin) !== host) {
    throw new Problem('foreign-origin', `“${origin}” may not change anything on “${host}”.`);
  }
  if (request.headers.get('sec-fetch-site') === 'cross-site') {
    throw new Problem('foreign-origin');
  }
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
