import {
  type FrameTable,
  leafStateTeller,
  runtimes,
  type StackTable,
  type ThreadState,
  threadStates,
} from '@everflame/model';

const NOT_ASKED = 255;
const TELLS_NOTHING = 254;

/**
 * What a thread did, by its stack's row, where only the frames tell; `otherwise` where they do not. Index into
 * `threadStates`.
 */
export function leafStates(
  stacks: StackTable,
  frames: FrameTable,
  otherwise: ThreadState = 'UNKNOWN',
): (stack: number) => number {
  // Of most frames the rules know nothing, whoever called them; one look at each frame finds out.
  const byFrame = new Uint8Array(frames.length).fill(NOT_ASKED);
  const byStack = new Uint8Array(stacks.length).fill(NOT_ASKED);
  const unsaid = threadStates.indexOf(otherwise);
  const told = leafStateTeller((frame) => frames.name[frame]!);
  const stateOf = (frame: number, callers: readonly number[]): number => {
    const state = told(runtimes[frames.runtime[frame]!]!, frame, callers);
    return state === undefined ? TELLS_NOTHING : threadStates.indexOf(state);
  };
  const ofFrame = (frame: number): number => {
    if (byFrame[frame] === NOT_ASKED) byFrame[frame] = stateOf(frame, []);
    return byFrame[frame]!;
  };
  return (stack) => {
    if (stack === 0 || ofFrame(stacks.frame[stack]!) === TELLS_NOTHING) return unsaid;
    if (byStack[stack] === NOT_ASKED) {
      byStack[stack] = stateOf(stacks.frame[stack]!, callersOf(stacks, stack));
    }
    return byStack[stack]!;
  };
}

/** Enough for any rule: what a waiting thread waits for is near its leaf. */
const MAX_CALLERS = 64;

/** The nearest first. */
function callersOf(stacks: StackTable, stack: number): number[] {
  const callers: number[] = [];
  for (let at = stacks.parent[stack]!; at > 0; at = stacks.parent[at]!) {
    if (callers.push(stacks.frame[at]!) === MAX_CALLERS) break;
  }
  return callers;
}
