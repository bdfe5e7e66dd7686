import { Problem } from '@everflame/model';
import type { Limits } from '../format.ts';
import { ionValues, isIonBinary } from '../ion/read.ts';
import { textOf } from '../text.ts';
import { refuseHugeJson } from './json-shape.ts';
import { type Fields, fieldsOf } from './metadata.ts';
import { shapeWithin } from './shape.ts';

/** How Ion as text begins where it says so; nothing else does. */
const ionMarker = /^\uFEFF?\s*(\$ion_\d+_\d+\s|\$ion_symbol_table::)/;
/** A struct, with comments and annotations before it, that has one of the names of an agent's profile. */
const beginning = /^\uFEFF?(\s|\/\*[^*]*\*\/|\/\/.*\n|\w+::)*\{/;
const names = /(["']?)\b(callgraph|agentMetadata)\1\s*:/;
const json = /^\uFEFF?\s*\{\s*["}]/;

/** Whether a profile of CodeGuru's begins like this: as JSON, or as Ion, which nothing else we take is written in. */
export function beginsLikeBody(head: Uint8Array): boolean {
  if (isIonBinary(head)) return true;
  const text = textOf(head);
  return ionMarker.test(text) || (beginning.test(text) && names.test(text));
}

/** The fields of a body in JSON, Ion binary or Ion text; what it is shows from its bytes. Throws Problems only. */
export function bodyOf(bytes: Uint8Array, limits: Limits): Fields {
  if (isIonBinary(bytes) || !json.test(textOf(bytes.subarray(0, HEAD_BYTES)))) {
    return ionBody(bytes, limits);
  }
  refuseHugeJson(bytes, limits);
  try {
    return fieldsOf(JSON.parse(textOf(bytes)));
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    return ionInQuotes(bytes, { limits, cause });
  }
}

const HEAD_BYTES = 1024;

/** All JSON is Ion, but not the other way round: timestamps and such give it away. */
function ionInQuotes(
  bytes: Uint8Array,
  { limits, cause }: { readonly limits: Limits; readonly cause: unknown },
): Fields {
  try {
    return ionBody(bytes, limits);
  } catch (problem) {
    if (!(problem instanceof Problem) || !unreadable.has(problem.code)) throw problem;
    throw new Problem('corrupt-profile', 'The body is no complete JSON.', { cause });
  }
}

const unreadable = new Set<string>(['corrupt-profile', 'truncated-profile']);

/** The first value that has a call graph, for a document may have more than one. */
function ionBody(bytes: Uint8Array, limits: Limits): Fields {
  const bounds = { ...shapeWithin(limits), symbolLength: limits.stringLength };
  const values = ionValues(bytes, bounds).map(fieldsOf);
  return values.find(({ callgraph }) => callgraph !== undefined) ?? values[0] ?? {};
}
