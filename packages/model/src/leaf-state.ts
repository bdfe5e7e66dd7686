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
export const leafState = (
  runtime: Runtime,
  leaf: string,
  callers: readonly string[] = [],
): ThreadState | undefined =>
  compiled.get(runtime)?.find((rule) => rule.leaf.test(leaf) && isCalledAsIn(rule, callers))?.state;

const isCalledAsIn = ({ under, within }: Compiled, callers: readonly string[]): boolean =>
  under === undefined || callers.slice(0, within).some((caller) => under.test(caller));
