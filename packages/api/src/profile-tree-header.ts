import { Problem, type SiblingOrder, type Temporality, type Unit } from '@everflame/model';
import {
  aligned,
  type ColumnSpec,
  isColumnType,
  type Layout,
  magic,
} from './profile-tree-layout.ts';

/** What the answer says of itself. Times are epoch milliseconds. */
export interface ProfileTreeHeader {
  readonly measure: string;
  readonly unit: Unit;
  readonly temporality: Temporality;
  readonly order: SiblingOrder;
  /** What was read: the range asked for, widened to whole buckets. */
  readonly fromMs: number;
  readonly toMs: number;
  /** The coarsest tier that was read. */
  readonly tier: string;
  /** Raw observations behind the tree: what error bars are made of. */
  readonly count: number;
  /** Uploads behind the tree. */
  readonly profiles: number;
  /** Nodes of the tree before it was truncated. */
  readonly treeNodes: number;
  /** Hex path id of the node below which this tree was asked for. It is then the only child of node 0. */
  readonly root?: string | undefined;
  /** Nodes that were cut, over the whole tree. */
  readonly elidedNodes: number;
  /** Total of node 0 over all states. */
  readonly total: number;
}

export const corrupt = (detail: string): Problem => new Problem('corrupt-profile', detail);

/** Magic, length and JSON, padded so that what follows is aligned. */
export function headerBytes(header: ProfileTreeHeader, layout: Layout): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify({ ...header, layout }));
  const bytes = new Uint8Array(8 + aligned(json.length)).fill(0x20);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, bytes.length - 8, true);
  bytes.set(json, 8);
  return bytes;
}

/** `end`: where the text begins. */
export function readHeader(bytes: Uint8Array): {
  header: ProfileTreeHeader;
  layout: Layout;
  end: number;
} {
  if (bytes.length < 8) {
    throw new Problem(
      'truncated-profile',
      `A tree has 8 bytes at least, and ${bytes.length} came.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== magic)
    throw corrupt('A tree begins with PTR1, and this does not.');
  const end = 8 + view.getUint32(4, true);
  if (end % 8 !== 0) throw corrupt('The header is not padded to a multiple of 8 bytes.');
  if (end > bytes.length) {
    throw new Problem(
      'truncated-profile',
      `The header ends at byte ${end}, and ${bytes.length} bytes came.`,
    );
  }
  const { layout, ...header } = fieldsOf(parsed(bytes.subarray(8, end)), 'header');
  return { header: checkedHeader(header), layout: checkedLayout(fieldsOf(layout, 'layout')), end };
}

type Fields = Record<string, unknown>;

function parsed(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw new Problem('corrupt-profile', 'The header is not JSON.', { cause });
  }
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null) return value as Fields;
  throw corrupt(`The ${what} is not an object.`);
}

function checkedHeader(fields: Fields): ProfileTreeHeader {
  return {
    measure: text(fields, 'measure'),
    unit: oneOf(fields, 'unit', ['ns', 'bytes', 'count']),
    temporality: oneOf(fields, 'temporality', ['delta', 'snapshot', 'cumulative']),
    order: oneOf(fields, 'order', ['heavy', 'name']),
    fromMs: number(fields, 'fromMs'),
    toMs: number(fields, 'toMs'),
    tier: text(fields, 'tier'),
    count: number(fields, 'count'),
    profiles: number(fields, 'profiles'),
    treeNodes: number(fields, 'treeNodes'),
    ...(fields.root === undefined ? {} : { root: text(fields, 'root') }),
    elidedNodes: whole(fields, 'elidedNodes'),
    total: number(fields, 'total'),
  };
}

function checkedLayout(fields: Fields): Layout {
  return {
    textBytes: whole(fields, 'textBytes'),
    frames: whole(fields, 'frames'),
    nodes: whole(fields, 'nodes'),
    frameColumns: columns(fields, 'frameColumns'),
    nodeColumns: columns(fields, 'nodeColumns'),
  };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw corrupt(`The header's ${name} is not text.`);
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw corrupt(`The header's ${name} is not a number.`);
}

function whole(fields: Fields, name: string): number {
  const value = number(fields, name);
  if (value >= 0 && value < 2 ** 32 && Number.isInteger(value)) return value;
  throw corrupt(`The header's ${name} is not a whole number below 2^32.`);
}

function oneOf<Name extends string>(fields: Fields, name: string, names: readonly Name[]): Name {
  const found = names.find((candidate) => candidate === fields[name]);
  if (found !== undefined) return found;
  throw corrupt(`The header's ${name} is none of ${names.join(', ')}.`);
}

function columns(fields: Fields, name: string): ColumnSpec[] {
  const list = fields[name];
  if (!Array.isArray(list)) throw corrupt(`The header's ${name} is not a list.`);
  return list.map((column: unknown): ColumnSpec => {
    const [label, type] = Array.isArray(column) ? (column as unknown[]) : [];
    if (typeof label === 'string' && isColumnType(type)) return [label, type];
    throw corrupt(`A column of ${name} lacks a name or a type.`);
  });
}
