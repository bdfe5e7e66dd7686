import { type Runtime, runtimes } from './frame-table.ts';
import { type LeafRule, leafRules } from './leaf-rules.ts';
import type { ThreadState } from './measure.ts';

interface Compiled extends Pick<LeafRule, 'state' | 'within'> {
  readonly leaf: RegExp;
  readonly under: RegExp | undefined;
}

const compiled = new Map<Runtime, readonly Compiled[]>(
  runtimes.map((runtime) => [
    runtime,
    leafRules[runtime].map(({ leaf, under, within, state }) => ({
      leaf: oneOf(leaf),
      under: under && oneOf(under),
      within,
      state,
    })),
  ]),
);

function oneOf(names: readonly string[]): RegExp {
  return new RegExp(names.map(expression).join('|'));
}

/** As `LeafRule` defines it. Names are of strangers: no part may take longer than in proportion to their length. */
function expression(name: string): string {
  const isOpenBefore = name.startsWith('**');
  const isOpenBehind = name.endsWith('**');
  const parts = name.slice(isOpenBefore ? 2 : 0, isOpenBehind ? -2 : undefined);
  const inner = parts
    .replace(/[.$()+#/]/g, '\\$&')
    .replaceAll(':', '[:.]')
    .replaceAll('*', '\\w*');
  return `${isOpenBefore ? '\\b' : '^'}${inner}${isOpenBehind ? '\\b' : '$'}`;
}

/**
 * What a thread did, told by the innermost frame where the source does not say it; undefined where the
 * frame tells nothing. `leaf` and `callers` (nearest first) are normalised names.
 */
export function leafState(
  runtime: Runtime,
  leaf: string,
  callers: readonly string[] = [],
): ThreadState | undefined {
  const names = [leaf, ...callers];
  const places = callers.map((_, index) => index + 1);
  return leafStateTeller((place) => names[place]!)(runtime, 0, places);
}

/**
 * `leafState` for the many stacks of a profile, whose frames are numbers. Each name is looked at once for each rule, not
 * again for each stack that it is in: a small upload can have long names in a million stacks.
 */
export function leafStateTeller(
  nameOf: (frame: number) => string,
): (runtime: Runtime, leaf: number, callers: readonly number[]) => ThreadState | undefined {
  const known = new Map<RegExp, Map<number, boolean>>();
  const matches = (pattern: RegExp, frame: number): boolean => {
    const ofPattern = known.get(pattern) ?? new Map<number, boolean>();
    if (ofPattern.size === 0) known.set(pattern, ofPattern);
    const found = ofPattern.get(frame) ?? pattern.test(nameOf(frame));
    ofPattern.set(frame, found);
    return found;
  };
  const isCalledAsIn = ({ under, within }: Compiled, callers: readonly number[]): boolean =>
    under === undefined || callers.slice(0, within).some((caller) => matches(under, caller));
  return (runtime, leaf, callers) =>
    compiled.get(runtime)?.find((rule) => matches(rule.leaf, leaf) && isCalledAsIn(rule, callers))
      ?.state;
}
