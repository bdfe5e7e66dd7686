import type { Agent } from './agent.ts';
import { launch } from './launch.ts';
import type { AgentOptions } from './settings.ts';

export type { Agent } from './agent.ts';
export type { LogLevel } from './log.ts';
export type { AgentOptions } from './settings.ts';

/**
 * Profiles this thread from now on. Undefined, with a line in the log, where it is switched off, runs already, or
 * cannot run; it never throws.
 */
export const start = (options: AgentOptions = {}): Agent | undefined => launch(options, {});
