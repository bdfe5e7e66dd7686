const names: Readonly<Record<string, string>> = {
  RUNNABLE: 'working',
  BLOCKED: 'blocked',
  WAITING: 'waiting',
  TIMED_WAITING: 'waiting with a limit',
  NATIVE: 'in native code',
  IDLE: 'idle',
  UNKNOWN: 'not stated',
};

/** A thread state in words; agents that do not look at it say nothing, and so do we. */
export const stateName = (state: string): string => names[state] ?? state;
