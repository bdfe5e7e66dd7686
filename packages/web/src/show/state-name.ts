/** A thread state as profilers name it. Agents that do not look at it say nothing, and so do we. */
export const stateName = (state: string): string => (state === 'UNKNOWN' ? 'not stated' : state);
