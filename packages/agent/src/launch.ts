import { existsSync } from 'node:fs';
import { Agent } from './agent.ts';
import type { Environment } from './environment.ts';
import { createLog } from './log.ts';
import { type AgentOptions, settingsFrom, WrongOptions } from './settings.ts';

/** Shared by every copy of this package in the thread, whatever its version: two would sample each other. */
const RUNNING = Symbol.for('everflame.agent');

/** `environment` is where the options were read from, for what is said about them. */
export function launch(options: AgentOptions, environment: Environment): Agent | undefined {
  if (options.enabled === false) return undefined;
  const log = createLog(options.log ?? 'info');
  try {
    if (RUNNING in globalThis) {
      log.info('is running in this process already; started once is enough');
      return undefined;
    }
    const settings = settingsFrom(options, environment);
    if (settings.killFile && existsSync(settings.killFile)) {
      log.info(`does not start: ${settings.killFile} exists`);
      return undefined;
    }
    const agent = new Agent(settings, log, () => Reflect.deleteProperty(globalThis, RUNNING));
    Object.defineProperty(globalThis, RUNNING, { value: true, configurable: true });
    return agent;
  } catch (cause) {
    log.info(`does not profile: ${cause instanceof WrongOptions ? cause.message : String(cause)}`);
    return undefined;
  }
}
