import type { ProblemCode } from '@everflame/model';
import type { Logger } from 'pino';
import type { Access } from './auth/access.ts';
import type { BodyAhead } from './ingest/read-body.ts';

/** One request on its way. */
export interface Visit {
  readonly request: Request;
  /** As sent, percent-encoding kept: `%2F` is no separator. */
  readonly path: string;
  readonly id: string;
  readonly log: Logger;
  /** Whether the request came to its end. Its body cannot say: what broke off before it was read looks empty. */
  readonly isWhole: () => boolean;
  /** Where it comes from; undefined where there is no socket. */
  readonly address?: string | undefined;
  /** With which access key it is made, once that is known to be so. */
  access?: Access;
  /** Its body, where it had to be read to know so. */
  ahead?: BodyAhead | undefined;
  /** Said by the door, for the log and the metrics: few values, whatever is asked. */
  route: string;
  /** Said by the door, for the log: the name of the group that is spoken of, whether there is one or not. */
  group?: string;
  /** Said by the door, for the log: agents ask and report all day, and nobody reads of each that it went well. */
  isRoutine?: boolean;
  /** Why it was refused, for the log. */
  problem?: ProblemCode | 'internal-error' | 'client-gone';
}

/** A front door: a module that knows one protocol, with its own paths and its own way to say what went wrong. */
export interface Door {
  readonly name: string;
  readonly owns: (path: string) => boolean;
  readonly answer: (visit: Visit) => Promise<Response>;
  readonly refuse: (error: unknown, visit: Visit) => Response;
}
