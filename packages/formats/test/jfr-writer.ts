/** Flight Recorder chunks, byte by byte, to say what no recorder can be made to say. */

export interface WrittenField {
  readonly name: string;
  readonly type: string;
  readonly pooled?: boolean;
  readonly array?: boolean;
  /** Of a span, or of a moment where the name is startTime. */
  readonly unit?: string;
}

/** Types by name; ids are given in their order, from `firstId`. */
export type WrittenTypes = Readonly<Record<string, readonly WrittenField[]>>;

export type Bytes = (writer: Writer) => void;

export interface WrittenChunk {
  readonly types: WrittenTypes;
  /** One list of pools for each checkpoint, each pool's constants by key. */
  readonly checkpoints: readonly Readonly<
    Record<string, readonly (readonly [bigint | number, Bytes])[]>
  >[];
  readonly events: readonly (readonly [type: string, Bytes])[];
  readonly compressed?: boolean;
  readonly firstId?: number;
  readonly startNs?: bigint;
  readonly durationNs?: bigint;
  readonly ticksPerSecond?: bigint;
  readonly state?: number;
}

const primitives = ['long', 'int', 'short', 'char', 'byte', 'boolean', 'float', 'double'];
const annotations = ['jdk.jfr.Timespan', 'jdk.jfr.Timestamp'];
const HEADER = 68;

export class Writer {
  readonly bytes: number[] = [];
  readonly compressed: boolean;

  constructor(compressed: boolean) {
    this.compressed = compressed;
  }

  byte(value: number): void {
    this.bytes.push(value & 255);
  }

  long(value: bigint | number): void {
    if (!this.compressed) {
      this.#wide(BigInt(value), 8);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let group = 0; group < 8; group++) {
      if (rest < 128n) {
        this.byte(Number(rest));
        return;
      }
      this.byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  int(value: number): void {
    if (this.compressed) this.long(value >>> 0);
    else this.#wide(BigInt(value), 4);
  }

  char(value: number): void {
    if (this.compressed) this.long(value);
    else this.#wide(BigInt(value), 2);
  }

  #wide(value: bigint, bytes: number): void {
    for (let at = bytes - 1; at >= 0; at--) this.byte(Number((value >> BigInt(at * 8)) & 255n));
  }

  float(value: number): void {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value);
    this.bytes.push(...new Uint8Array(view.buffer));
  }

  utf8(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.byte(3);
    this.int(bytes.length);
    this.bytes.push(...bytes);
  }

  chars(text: string): void {
    this.byte(4);
    this.int(text.length);
    for (const char of text.split('')) this.char(char.charCodeAt(0));
  }

  latin1(text: string): void {
    this.byte(5);
    this.int(text.length);
    for (const char of text) this.byte(char.charCodeAt(0));
  }

  pooled(key: bigint | number): void {
    this.byte(2);
    this.long(key);
  }

  /** What is written inside, with its length before it. */
  sized(inside: Bytes): void {
    const inner = new Writer(this.compressed);
    inside(inner);
    const size = inner.bytes.length + 4;
    if (this.compressed) {
      // As the JDK does: padded to four bytes, so that it can be filled in afterwards.
      for (let group = 0; group < 3; group++) this.byte(((size >> (group * 7)) & 127) | 128);
      this.byte(size >> 21);
    } else this.#wide(BigInt(size), 4);
    this.bytes.push(...inner.bytes);
  }
}

export function jfrChunk(chunk: WrittenChunk): Uint8Array {
  const compressed = chunk.compressed ?? true;
  const ids = typeIds(chunk.types, chunk.firstId);
  const body = new Writer(compressed);
  for (const [type, fields] of chunk.events) {
    body.sized((event) => {
      event.long(ids.get(type) ?? 0);
      fields(event);
    });
  }
  let last = 0;
  for (const pools of chunk.checkpoints) {
    const at = HEADER + body.bytes.length;
    body.sized((event) => writeCheckpoint(event, { pools, back: last === 0 ? 0 : last - at, ids }));
    last = at;
  }
  const metadata = HEADER + body.bytes.length;
  body.sized((event) => writeMetadata(event, chunk.types, ids));
  const header = headerOf(chunk, { size: HEADER + body.bytes.length, constants: last, metadata });
  return Uint8Array.from([...header, ...body.bytes]);
}

export function typeIds(types: WrittenTypes, firstId = 100): ReadonlyMap<string, number> {
  const names = [...primitives, 'java.lang.String', ...annotations, ...Object.keys(types)];
  return new Map(names.map((name, index) => [name, firstId + index]));
}

function writeCheckpoint(
  event: Writer,
  how: {
    pools: WrittenChunk['checkpoints'][number];
    back: number;
    ids: ReadonlyMap<string, number>;
  },
): void {
  for (const value of [1, 0, 0, how.back]) event.long(value);
  event.byte(0);
  event.int(Object.keys(how.pools).length);
  for (const [type, constants] of Object.entries(how.pools)) {
    event.long(how.ids.get(type) ?? 0);
    event.int(constants.length);
    for (const [key, constant] of constants) {
      event.long(key);
      constant(event);
    }
  }
}

type Element = readonly [name: string, Readonly<Record<string, string>>, readonly Element[]];

function writeMetadata(event: Writer, types: WrittenTypes, ids: ReadonlyMap<string, number>): void {
  const classes = [...ids].map(
    ([name, id]): Element => [
      'class',
      { id: `${id}`, name },
      (types[name] ?? []).map((field) => fieldElement(field, ids)),
    ],
  );
  const root: Element = [
    'root',
    {},
    [
      ['metadata', {}, classes],
      ['region', { locale: 'en' }, []],
    ],
  ];
  const strings = new Map<string, number>();
  const idOf = (text: string) => {
    if (!strings.has(text)) strings.set(text, strings.size);
    return strings.get(text) ?? 0;
  };
  const tree = new Writer(event.compressed);
  const write = ([name, attributes, children]: Element): void => {
    tree.int(idOf(name));
    tree.int(Object.keys(attributes).length);
    for (const [key, value] of Object.entries(attributes)) {
      tree.int(idOf(key));
      tree.int(idOf(value));
    }
    tree.int(children.length);
    for (const child of children) write(child);
  };
  write(root);
  for (const value of [0, 0, 0, 1]) event.long(value);
  event.int(strings.size);
  for (const text of strings.keys()) event.utf8(text);
  event.bytes.push(...tree.bytes);
}

function fieldElement(field: WrittenField, ids: ReadonlyMap<string, number>): Element {
  const annotation = field.name === 'startTime' ? 'jdk.jfr.Timestamp' : 'jdk.jfr.Timespan';
  return [
    'field',
    {
      name: field.name,
      class: `${ids.get(field.type) ?? 99_999}`,
      ...(field.pooled ? { constantPool: 'true' } : {}),
      ...(field.array ? { dimension: '1' } : {}),
    },
    field.unit ? [['annotation', { class: `${ids.get(annotation)}`, value: field.unit }, []]] : [],
  ];
}

function headerOf(
  chunk: WrittenChunk,
  places: { size: number; constants: number; metadata: number },
): number[] {
  const header = new Writer(false);
  header.bytes.push(0x46, 0x4c, 0x52, 0, 0, 2, 0, 1);
  header.long(places.size);
  header.long(places.constants);
  header.long(places.metadata);
  header.long(chunk.startNs ?? 1_700_000_000_000_000_000n);
  header.long(chunk.durationNs ?? 10_000_000_000n);
  header.long(5_000n);
  header.long(chunk.ticksPerSecond ?? 1_000_000_000n);
  header.byte(chunk.state ?? 0);
  for (const byte of [0, 0, (chunk.compressed ?? true) ? 1 : 0]) header.byte(byte);
  return header.bytes;
}
