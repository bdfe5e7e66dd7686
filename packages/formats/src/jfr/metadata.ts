import type { JfrReader } from './jfr-reader.ts';

export interface Field {
  readonly name: string;
  /** Class of its value, or of its elements. */
  readonly type: number;
  /** A key into the constant pool of its class. */
  readonly isPooled: boolean;
  readonly isArray: boolean;
  /** Of time: TICKS, MILLISECONDS and so on; '' where it is none. */
  readonly unit: string;
  /** A point in time, not a span. */
  readonly isMoment: boolean;
}

export interface Type {
  readonly id: number;
  readonly name: string;
  readonly fields: readonly Field[];
}

/** The types of a chunk, as it describes them itself. */
export interface Types {
  readonly byId: ReadonlyMap<number, Type>;
  readonly byName: ReadonlyMap<string, Type>;
}

interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  /** Children that are still to be read. */
  left: number;
}

/** A JDK describes some 400 types in 12,000 elements; each costs a hundred times its bytes while it is read. */
const MAX_TYPES = 10_000;
const MAX_ELEMENTS = 200_000;
const MAX_ATTRIBUTES = 64;

/** Reads the metadata event at `pos`. */
export function typesOf(reader: JfrReader): Types {
  const start = reader.pos;
  const size = reader.int();
  if (size <= 0 || start + size > reader.end) reader.overrun();
  const chunkEnd = reader.end;
  reader.end = start + size;
  if (reader.long() !== 0) reader.corrupt('there is no metadata');
  for (const _ of ['start', 'duration', 'id']) reader.long();
  const types = typesOfTree(rootOf(reader, stringsOf(reader)));
  if (types.byId.size > MAX_TYPES) reader.corrupt('the metadata describes too many types');
  reader.end = chunkEnd;
  return types;
}

function stringsOf(reader: JfrReader): string[] {
  const strings: string[] = [];
  const count = reader.count(1);
  if (count > MAX_ELEMENTS) reader.corrupt(`the metadata has ${count} strings`);
  for (let i = 0; i < count; i++) {
    strings.push(reader.text(() => reader.corrupt('the metadata refers to a constant')));
  }
  return strings;
}

/** Without recursion, for elements nest as deeply as bytes last. */
function rootOf(reader: JfrReader, strings: readonly string[]): Element {
  const root = elementOf(reader, strings);
  const open = [root];
  let elements = 0;
  for (let parent = open.at(-1); parent; parent = open.at(-1)) {
    if (parent.left === 0) {
      open.pop();
      continue;
    }
    if (++elements > MAX_ELEMENTS) reader.corrupt('the metadata has too many elements');
    parent.left--;
    const child = elementOf(reader, strings);
    parent.children.push(child);
    open.push(child);
  }
  return root;
}

function elementOf(reader: JfrReader, strings: readonly string[]): Element {
  const text = () => strings[reader.int()] ?? reader.corrupt('a name is not among the strings');
  const name = text();
  const attributes = new Map<string, string>();
  const count = reader.count(2);
  if (count > MAX_ATTRIBUTES) reader.corrupt(`an element has ${count} attributes`);
  for (let i = 0; i < count; i++) attributes.set(text(), text());
  return { name, attributes, children: [], left: reader.count(3) };
}

function typesOfTree(root: Element): Types {
  const classes = root.children
    .filter(({ name }) => name === 'metadata')
    .flatMap(({ children }) => children.filter(({ name }) => name === 'class'));
  const names = new Map(classes.map((one) => [idOf(one, 'id'), attribute(one, 'name')]));
  const types = classes.map((one) => ({
    id: idOf(one, 'id'),
    name: attribute(one, 'name'),
    fields: one.children
      .filter(({ name }) => name === 'field')
      .map((field) => fieldOf(field, names)),
  }));
  return {
    byId: new Map(types.map((type) => [type.id, type])),
    byName: new Map(types.map((type) => [type.name, type])),
  };
}

const fieldOf = (field: Element, names: ReadonlyMap<number, string>): Field => ({
  name: attribute(field, 'name'),
  type: idOf(field, 'class'),
  isPooled: attribute(field, 'constantPool') === 'true',
  isArray: idOf(field, 'dimension') > 0,
  ...timeOf(field, names),
});

function timeOf(
  field: Element,
  names: ReadonlyMap<number, string>,
): { unit: string; isMoment: boolean } {
  for (const annotation of field.children) {
    const name = names.get(idOf(annotation, 'class'));
    const isMoment = name === 'jdk.jfr.Timestamp';
    if (isMoment || name === 'jdk.jfr.Timespan') {
      return { unit: attribute(annotation, 'value'), isMoment };
    }
  }
  return { unit: '', isMoment: false };
}

const attribute = ({ attributes }: Element, name: string): string => attributes.get(name) ?? '';

/** 0 where it is not there. */
const idOf = (element: Element, name: string): number => Number(attribute(element, name)) || 0;
