import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Problem } from '@everflame/model';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import type { Needs } from './needs.ts';

/** Requests get this long to end once the server stops; what is cut off was not acknowledged. */
const GRACE_MS = 10_000;

export function createHttp(needs: Needs): Server {
  const app = createApp(needs);
  const listener = getRequestListener((request, { incoming }) => app.fetch(request, { incoming }), {
    // Replacing the global Request and Response of whoever embeds the server is not ours to do.
    overrideGlobalObjects: false,
  });
  const http = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  http.headersTimeout = 20_000;
  http.keepAliveTimeout = 65_000;
  // Bodies have a limit of their own; this one is for connections that never come to a request.
  http.requestTimeout = needs.limits.uploadMs + 30_000;
  return http;
}

/** The port that was taken. Throws Problem('address-in-use'). */
export async function listen(
  http: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  http.listen(port, host);
  try {
    await once(http, 'listening');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!isAddressRefused(code)) throw cause;
    const hint = code === 'EADDRINUSE' ? ' Another program does; --port takes another one.' : '';
    throw new Problem('address-in-use', `Cannot listen on ${host}:${port} (${code}).${hint}`, {
      cause,
    });
  }
  return (http.address() as AddressInfo).port;
}

const isAddressRefused = (code: string | undefined): boolean =>
  ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND'].includes(code ?? '');

/** Before anything is made that would be left behind. Throws Problem('address-in-use'). */
export async function refuseTakenPort(address: {
  readonly host: string;
  readonly port: number;
}): Promise<void> {
  if (address.port === 0) return;
  const probe = createServer();
  await listen(probe, address);
  probe.close();
  await once(probe, 'close');
}

/** Takes no more connections, and waits for the requests that are being answered. */
export async function stopListening(http: Server): Promise<void> {
  const closed = once(http, 'close');
  http.close();
  http.closeIdleConnections();
  // A connection whose last request ends from here on would be kept for a next one.
  const sweep = setInterval(() => http.closeIdleConnections(), 50);
  const deadline = setTimeout(() => http.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}
