import { cellsOf, visibleText } from './visible-text.ts';

/** A name in full, as `Class.method`, and as the method alone. */
export type Lengths = readonly [full: string, classAndMethod: string, method: string];

const separators = ['::', '.', ':', '/', '#', '\\'];

/** Whatever follows the name proper: parameters, as C++ and Rust symbols carry them. */
function withoutParameters(name: string): string {
  if (!name.endsWith(')')) return name;
  let open = 0;
  for (let i = name.length - 1; i > 0; i--) {
    if (name[i] === ')') open++;
    if (name[i] === '(' && --open === 0) return name.slice(0, i);
  }
  return name;
}

/** Where the last `count` parts of a dotted name begin; separators inside brackets do not count. */
function startOfLast(name: string, count: number): number {
  let depth = 0;
  let found = 0;
  for (let i = name.length - 1; i > 0; i--) {
    const c = name[i] ?? '';
    if (c === ')' || c === '>' || c === ']') depth++;
    if (c === '(' || c === '<' || c === '[') depth = Math.max(0, depth - 1);
    if (depth > 0) continue;
    const separator = separators.find((s) => name.endsWith(s, i + 1));
    // `RegExp: ^a` is one name, `module:function` is two.
    if (separator === undefined || name[i + 1] === ' ') continue;
    if (++found === count) return i + 1;
    i -= separator.length - 1;
  }
  return 0;
}

/** Parts of a runtime and files, whose dots and spaces separate nothing. */
const undivided = /^(Node\.js|Garbage Collection|Non JS threads activity)$|^\S+\.[cm]?[jt]sx?$/;

export function lengthsOf(name: string): Lengths {
  const full = visibleText(name);
  if (undivided.test(full)) return [full, full, full];
  const nameless = /^\(anonymous\) (.+)$/.exec(full);
  if (nameless?.[1] !== undefined) return [full, nameless[1], nameless[1]];
  const bare = withoutParameters(full);
  const short = bare === '' ? full : bare;
  return [full, short.slice(startOfLast(short, 2)), short.slice(startOfLast(short, 1))];
}

/** The longest form that fits into `cells`; the method's beginning if none does; '' below three cells. */
export function labelOf(lengths: Lengths, cells: number): string {
  if (cells < 3) return '';
  for (const text of lengths) if (text.length <= cells && cellsOf(text) <= cells) return text;
  const [, , method] = lengths;
  let label = '';
  let left = cells - 1;
  for (const character of method) {
    left -= cellsOf(character);
    if (left < 0) break;
    label += character;
  }
  return `${label}…`;
}
