// For tests: a real server on loopback that says what it is told to and remembers what it was sent.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { UploadMetadata } from '@everflame/api';

export interface RecordedUpload {
  readonly atMs: number;
  readonly group: string;
  readonly metadata: UploadMetadata;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bytes: Buffer;
  readonly headers: IncomingMessage['headers'];
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RecordingServer {
  readonly url: string;
  readonly port: number;
  /** `METHOD path`, in order. */
  readonly requests: string[];
  readonly uploads: RecordedUpload[];
  readonly bodies: string[];
  /** May be changed at any time. */
  orders: { shouldProfile: boolean; periodInSeconds: number; samplingIntervalMs: number };
  replyToUpload: (nth: number) => Reply | undefined;
  replyToAsking: (nth: number) => Reply | undefined;
  readonly close: () => Promise<void>;
}

export async function startRecordingServer(): Promise<RecordingServer> {
  let asked = 0;
  const http = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
  const { port } = http.address() as AddressInfo;
  const server: RecordingServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: [],
    uploads: [],
    bodies: [],
    orders: { shouldProfile: true, periodInSeconds: 1, samplingIntervalMs: 10 },
    replyToUpload: () => undefined,
    replyToAsking: () => undefined,
    close: () =>
      new Promise((closed) => {
        http.close(() => closed());
        http.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bytesOf(request);
    const path = request.url ?? '';
    server.requests.push(`${request.method} ${path}`);
    const reply = path.endsWith('/profiles')
      ? await takeUpload(request, body)
      : takeOther(path, body.toString());
    response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
  }

  async function takeUpload(request: IncomingMessage, bytes: Buffer): Promise<Reply> {
    const form = await new Response(new Uint8Array(bytes), {
      headers: { 'content-type': String(request.headers['content-type']) },
    }).formData();
    const files = new Map<string, Uint8Array>();
    for (const file of form.getAll('profile') as unknown as {
      name: string;
      arrayBuffer(): Promise<ArrayBuffer>;
    }[]) {
      files.set(file.name, new Uint8Array(await file.arrayBuffer()));
    }
    server.uploads.push({
      atMs: Date.now(),
      group: (request.url ?? '').split('/')[4] ?? '',
      metadata: JSON.parse(String(form.get('metadata'))),
      files,
      bytes,
      headers: request.headers,
    });
    return (
      server.replyToUpload(server.uploads.length) ?? { status: 201, body: '{"result":"stored"}' }
    );
  }

  function takeOther(path: string, body: string): Reply {
    server.bodies.push(body);
    if (!path.endsWith('/configureAgent')) return { status: 201, body: '{}' };
    const { shouldProfile, periodInSeconds, samplingIntervalMs } = server.orders;
    const agentParameters = { SamplingIntervalInMilliseconds: String(samplingIntervalMs) };
    return (
      server.replyToAsking(++asked) ?? {
        status: 200,
        body: JSON.stringify({ shouldProfile, periodInSeconds, agentParameters }),
      }
    );
  }
  return server;
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
