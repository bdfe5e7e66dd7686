const WINDOW_MS = 15 * 60_000;
/** A fleet reports itself by this many instances at most; past it the number is a lower bound. */
const MAX_INSTANCES = 200_000;

export type AgentsSeen = ReturnType<typeof createAgentsSeen>;

/** Instances that asked for their configuration lately. */
export function createAgentsSeen() {
  /** Oldest first. */
  const seenMs = new Map<string, number>();
  return {
    note(instance: string, nowMs: number): void {
      seenMs.delete(instance);
      if (seenMs.size < MAX_INSTANCES) seenMs.set(instance, nowMs);
    },
    count(nowMs: number): number {
      for (const [instance, atMs] of seenMs) {
        if (nowMs - atMs <= WINDOW_MS) break;
        seenMs.delete(instance);
      }
      return seenMs.size;
    },
  };
}
