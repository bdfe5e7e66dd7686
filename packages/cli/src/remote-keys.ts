import { Problem } from '@everflame/model';
import type { AccessKey, KeyPlace, KeyWithSecret } from '@everflame/server';

const PATH = '/api/v1/keys';

/** The access keys of a server that runs, as it knows them. Throws Problems, in the server's words. */
export function remoteKeys(server: string, secret: string): KeyPlace {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await answer(new URL(path, checkedUrl(server)), {
      method,
      headers: {
        ...(secret === '' ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw refused(response.status, text);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    add: async (key) => (await ask('POST', PATH, key)) as KeyWithSecret,
    list: async () => ((await ask('GET', PATH)) as { readonly keys: readonly AccessKey[] }).keys,
    revoke: async (id) => {
      await ask('DELETE', `${PATH}/${encodeURIComponent(id)}`);
    },
    close: async () => undefined,
  };
}

function checkedUrl(server: string): string {
  if (/^https?:\/\//.test(server) && URL.canParse(server)) return server;
  throw new Problem(
    'invalid-parameter',
    `--server takes an address such as http://127.0.0.1:4100, not “${server}”.`,
  );
}

async function answer(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new Problem('invalid-parameter', `Nobody answers at ${url.origin}.`, { cause });
  }
}

function refused(status: number, text: string): Problem {
  const said = /"detail":("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  const detail = said === undefined ? `The server answers ${status}.` : String(JSON.parse(said));
  const code = status === 401 ? 'unauthenticated' : 'forbidden';
  return new Problem(code, detail);
}
