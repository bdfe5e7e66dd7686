import { type FrameTable, runtimes, type StackTable, threadStates } from '@everflame/model';
import { leafStates } from '../leaf-states.ts';

export const UNKNOWN = threadStates.indexOf('UNKNOWN');
export const RUNNABLE = threadStates.indexOf('RUNNABLE');
export const BLOCKED = threadStates.indexOf('BLOCKED');
export const WAITING = threadStates.indexOf('WAITING');
export const TIMED_WAITING = threadStates.indexOf('TIMED_WAITING');
export const NATIVE = threadStates.indexOf('NATIVE');
const IDLE = threadStates.indexOf('IDLE');

/** Added to a state where frames may know better, once all of them are there. */
const ASKS = 8;
const ASKS_IDLE = 16;
const STATE = 7;

/** This state, unless the frames tell of another. */
export const unlessFramesTell = (state: number): number => state + ASKS;
/** This state, unless the frames tell that the thread waited for work. */
export const unlessIdle = (state: number): number => state + ASKS_IDLE;

/** JDK's names, and async-profiler's DEFAULT (on a core), RUNNABLE and SLEEPING. */
const byName: Readonly<Record<string, number>> = {
  STATE_DEFAULT: RUNNABLE,
  STATE_RUNNABLE: RUNNABLE,
  STATE_SLEEPING: unlessFramesTell(WAITING),
  STATE_IN_OBJECT_WAIT: unlessIdle(WAITING),
  STATE_IN_OBJECT_WAIT_TIMED: unlessIdle(TIMED_WAITING),
  STATE_PARKED: unlessIdle(WAITING),
  STATE_PARKED_TIMED: unlessIdle(TIMED_WAITING),
  STATE_BLOCKED_ON_MONITOR_ENTER: BLOCKED,
};

export const stateOfName = (name: string): number =>
  (Object.hasOwn(byName, name) ? byName[name] : undefined) ?? UNKNOWN;

const JVM = runtimes.indexOf('jvm');
/** What the JVM runs while a thread waits for a monitor to be free. */
const monitorEnter = /\b(ObjectMonitor::(enter|EnterI)|ObjectSynchronizer::enter|monitorenter\w*)/i;

/** Settles what was left to the frames: (state asked with, row of the stack) to a state. */
export function statesByFrames(
  stacks: StackTable,
  frames: FrameTable,
): (state: number, stack: number) => number {
  const stateAt = leafStates(stacks, frames);
  const found = new Uint8Array(stacks.length).fill(UNASKED);
  const ask = (stack: number): number => {
    let at = stack;
    let isEntering = false;
    while (at > 0 && frames.runtime[stacks.frame[at]!] !== JVM) {
      isEntering ||= monitorEnter.test(frames.name[stacks.frame[at]!]!);
      at = stacks.parent[at]!;
    }
    // Threads of the JVM's own, of which no Java waits for: they have nothing to do.
    if (at === 0) return stack === 0 ? UNKNOWN : IDLE;
    return isEntering ? BLOCKED : stateAt(at);
  };
  return (state, stack) => {
    if (state < ASKS) return state;
    if (found[stack] === UNASKED) found[stack] = ask(stack);
    const told = found[stack]!;
    const isTaken = told === IDLE || (told !== UNKNOWN && (state & ASKS) !== 0);
    return isTaken ? told : state & STATE;
  };
}

const UNASKED = 255;
