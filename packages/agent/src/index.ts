import { existsSync } from 'node:fs';
import { Agent } from './agent.ts';
import { createLog } from './log.ts';
import { type AgentOptions, settingsFrom } from './settings.ts';

export type { Agent } from './agent.ts';
export type { LogLevel } from './log.ts';
export type { AgentOptions } from './settings.ts';

/** Shared by every copy of this package in the thread, whatever its version: two would sample each other. */
const RUNNING = Symbol.for('everflame.agent');

/**
 * Profiles this thread from now on. Undefined, with a line in the log, where it is switched off, runs already, or
 * cannot run; it never throws.
 */
export function start(options: AgentOptions = {}): Agent | undefined {
  if (options.enabled === false) return undefined;
  const log = createLog(options.log ?? 'info');
  try {
    if (RUNNING in globalThis) {
      log.info('is running in this process already; started once is enough');
      return undefined;
    }
    const settings = settingsFrom(options);
    if (settings.killFile && existsSync(settings.killFile)) {
      log.info(`does not start: ${settings.killFile} exists`);
      return undefined;
    }
    const agent = new Agent(settings, log, () => Reflect.deleteProperty(globalThis, RUNNING));
    Object.defineProperty(globalThis, RUNNING, { value: true, configurable: true });
    return agent;
  } catch (cause) {
    log.info(`does not profile: ${String(cause)}`);
    return undefined;
  }
}
