import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { json } from 'node:stream/consumers';
import type { PythonTools } from './python-tools.ts';

/** AWS's own runtime client with a function in it, asked by us as Lambda would ask. */
export interface LambdaFunction {
  readonly arn: string;
  invoke(event: object): Promise<unknown>;
  stop(): Promise<void>;
}

interface Invocation {
  readonly event: object;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface FunctionOptions {
  readonly name: string;
  /** Folder of the code. */
  readonly root: string;
  /** As Lambda is told it: `module.function`. */
  readonly handler: string;
  readonly env: NodeJS.ProcessEnv;
  readonly tools: PythonTools;
}

export async function startFunction(options: FunctionOptions): Promise<LambdaFunction> {
  const { name, handler, env, tools } = options;
  const api = new RuntimeApi(`arn:aws:lambda:eu-central-1:000000000000:function:${name}`);
  const server = createServer((request, response) => void api.answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const root = resolve(options.root);
  const child = spawn(tools.python, ['-m', 'awslambdaric', handler], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...env,
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_EXECUTION_ENV: 'AWS_Lambda_python3.11',
      LAMBDA_TASK_ROOT: root,
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      _HANDLER: handler,
    },
  });
  const exited = once(child, 'exit');
  exited.then(() => api.end(new Error('the function ended')));
  return {
    arn: api.arn,
    invoke: (event) => api.invoke(event),
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What Lambda offers its runtimes: the next event, and where its answer goes. */
class RuntimeApi {
  readonly arn: string;
  readonly #queue: Invocation[] = [];
  readonly #running = new Map<string, Invocation>();
  #asking: (() => void) | undefined;

  constructor(arn: string) {
    this.arn = arn;
  }

  invoke(event: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ event, resolve, reject });
      this.#asking?.();
    });
  }

  end(error: Error): void {
    for (const { reject } of [...this.#running.values(), ...this.#queue]) reject(error);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url!.replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      await this.#next(response);
      return;
    }
    const body = await json(request);
    response.writeHead(202).end();
    const [, id = '', kind] = path.split('/');
    const invocation = this.#running.get(id);
    this.#running.delete(id);
    if (kind === 'response') invocation?.resolve(body);
    else this.end(new Error(`the function failed: ${JSON.stringify(body)}`));
  }

  async #next(response: ServerResponse): Promise<void> {
    while (this.#queue.length === 0) {
      await new Promise<void>((asked) => {
        this.#asking = asked;
      });
    }
    const invocation = this.#queue.shift()!;
    const id = randomUUID();
    this.#running.set(id, invocation);
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
      'lambda-runtime-invoked-function-arn': this.arn,
    });
    response.end(JSON.stringify(invocation.event));
  }
}
