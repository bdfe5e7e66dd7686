import * as dns from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction, Socket, TcpNetConnectOpts } from 'node:net';
import { version } from './version.ts';

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Post {
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/**
 * A connection attempt keeps the process alive even with its socket unreferenced, so this is how long a
 * black hole can delay the end of the application.
 */
const CONNECT_MS = 1000;
const ANSWER_MS = 10_000;
const ANSWER_BYTES = 64 << 10;
/** A look-up occupies a thread that even `process.exit` waits for, so there are few of them. */
const ADDRESSES_KEPT_MS = 300_000;

/** Posts to one server without keeping the process alive, unless told to with `hold`. */
export class Client {
  readonly #server: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #active = new Set<http.ClientRequest>();
  readonly #lookup: LookupFunction;
  #holding = false;
  #isCut = false;
  /** Whether the last post was answered, by whatever status; undefined before the first has ended. */
  answered: boolean | undefined;

  constructor(server: URL, token: string | undefined) {
    this.#server = server;
    this.#headers = {
      'user-agent': `everflame-agent-nodejs/${version}`,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    };
    this.#lookup = rememberedLookup(() => this.answered === false);
  }

  /** From now on, posts under way keep the process alive. Whoever holds must `cut` in time. */
  hold(): void {
    this.#holding = true;
    for (const request of this.#active) request.socket?.ref();
  }

  release(): void {
    this.#holding = false;
    this.#isCut = false;
    for (const request of this.#active) request.socket?.unref();
  }

  /** Ends every post under way, and those to come until `release`: they reject. */
  cut(): void {
    this.#isCut = true;
    for (const request of this.#active) request.destroy(new Error('no answer before the end'));
  }

  /** Rejects on network errors and timeouts; any status is an answer. */
  async post(post: Post): Promise<Answer> {
    if (this.#isCut) throw new Error('no answer before the end');
    try {
      const answer = await this.#exchange(post);
      this.answered = true;
      return answer;
    } catch (cause) {
      this.answered = false;
      throw cause;
    }
  }

  #exchange({ path, contentType, body }: Post): Promise<Answer> {
    const { request: open } = this.#server.protocol === 'https:' ? https : http;
    return new Promise((settle, fail) => {
      const options: http.RequestOptions & Pick<TcpNetConnectOpts, 'autoSelectFamily'> = {
        method: 'POST',
        // A connection of its own each time: one request a minute is not worth a socket that stays open.
        agent: false,
        // Trying several addresses at once opens sockets that cannot be unreferenced.
        autoSelectFamily: false,
        lookup: this.#lookup,
        headers: {
          ...this.#headers,
          'content-type': contentType,
          'content-length': body.byteLength,
        },
      };
      const folder = this.#server.pathname.replace(/\/$/, '');
      const request = open(new URL(folder + path, this.#server), options);
      const late = (ms: number, what: string) =>
        setTimeout(() => request.destroy(new Error(`${what} took over ${ms} ms`)), ms).unref();
      const connecting = late(CONNECT_MS, 'connecting');
      const answering = late(ANSWER_MS, 'the answer');
      this.#active.add(request);
      request.on('close', () => {
        clearTimeout(connecting);
        clearTimeout(answering);
        this.#active.delete(request);
        fail(new Error('the connection was closed without an answer'));
      });
      request.on('socket', (socket: Socket) => {
        if (!this.#holding) socket.unref();
        socket.once('connect', () => clearTimeout(connecting));
      });
      request.on('error', fail);
      request.on('response', (response) => readAnswer(response).then(settle, fail));
      request.end(body);
    });
  }
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // The start of an endless answer says as much as the whole.
    if (bytes > ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks).toString('utf8');
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** Keeps a host's addresses, and goes on to the next one when the last attempt had failed. */
function rememberedLookup(lastFailed: () => boolean): LookupFunction {
  let addresses: readonly dns.LookupAddress[] = [];
  let untilMs = 0;
  let turn = 0;
  return (hostname, options, callback) => {
    const give = () => {
      const address = addresses[turn % addresses.length];
      if (!address) return callback(new Error(`${hostname} has no address`), '', 0);
      if (options.all) callback(null, [address]);
      else callback(null, address.address, address.family);
    };
    if (Date.now() < untilMs) {
      if (lastFailed()) turn++;
      // As a real look-up would, answer later: the request is not yet listening to its socket.
      return queueMicrotask(give);
    }
    dns.lookup(hostname, { all: true }, (error, found) => {
      if (error) return callback(error, '', 0);
      addresses = found;
      untilMs = Date.now() + ADDRESSES_KEPT_MS;
      give();
    });
  };
}
