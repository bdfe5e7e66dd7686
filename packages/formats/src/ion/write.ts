/*
 * Binary Ion 1.0 of JSON-like values. Written by hand, for ion-js takes seconds for a tree of 50,000 nodes and
 * runs out of stack at a depth of 1,000 (bench/ion.bench.ts); ion-js reads it back in the tests.
 *
 *   E0 01 00 EA   version marker
 *   E. ..         annotation $ion_symbol_table (3) around { symbols (7): [ "name", … ] }
 *   D. ..         the value: structs of (symbol, value), each value a type and a length before its bytes
 */

/** Symbols below are the system's. */
const FIRST_SYMBOL = 10;
const SYMBOL_TABLE = 3;
const SYMBOLS = 7;
const versionMarker = Uint8Array.of(0xe0, 0x01, 0x00, 0xea);

const typeOf = { int: 2, negative: 3, float: 4, string: 8, list: 11, struct: 13, wrapper: 14 };

/** A container on its way: its members are written from the last to the first. */
interface Open {
  readonly keys: readonly string[] | undefined;
  readonly values: readonly unknown[];
  /** Members still to write. */
  left: number;
  /** Length of the output when the container was begun. */
  readonly start: number;
}

/** A plain value (objects, arrays, strings, numbers, booleans; undefined members are left out) as binary Ion. */
export function ionBytes(value: unknown): Uint8Array<ArrayBuffer> {
  const output = new BackwardWriter();
  const symbols = new Map<string, number>();
  writeValue(output, value, symbols);
  writeSymbolTable(output, [...symbols.keys()]);
  output.bytes(versionMarker);
  return output.result();
}

/** A loop with a stack of its own: call trees are deeper than the machine's stack. */
function writeValue(output: BackwardWriter, value: unknown, symbols: Map<string, number>): void {
  const open: Open[] = [];
  enter(output, value, open);
  for (let top = open.at(-1); top; top = open.at(-1)) {
    if (top.left === 0) {
      output.header(top.keys ? typeOf.struct : typeOf.list, output.length - top.start);
      open.pop();
      writeSymbol(output, open.at(-1), symbols);
      continue;
    }
    top.left--;
    if (!enter(output, top.values[top.left], open)) writeSymbol(output, top, symbols);
  }
}

/** The name of the member that was just written, for names stand before their values. */
function writeSymbol(output: BackwardWriter, of: Open | undefined, symbols: Map<string, number>) {
  const name = of?.keys?.[of.left];
  if (name === undefined) return;
  let symbol = symbols.get(name);
  if (symbol === undefined) {
    symbol = FIRST_SYMBOL + symbols.size;
    symbols.set(name, symbol);
  }
  output.varUint(symbol);
}

/** Writes a scalar, or begins a container and answers true. */
function enter(output: BackwardWriter, value: unknown, open: Open[]): boolean {
  if (typeof value !== 'object' || value === null) {
    writeScalar(output, value);
    return false;
  }
  const start = output.length;
  if (Array.isArray(value)) {
    open.push({ keys: undefined, values: value, left: value.length, start });
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    const keys = members.map(([key]) => key);
    const values = members.map(([, member]) => member);
    open.push({ keys, values, left: keys.length, start });
  }
  return true;
}

function writeScalar(output: BackwardWriter, value: unknown): void {
  if (typeof value === 'string') output.text(value);
  else if (typeof value === 'number' && Number.isSafeInteger(value)) output.int(value);
  else if (typeof value === 'number') output.float(value);
  else if (typeof value === 'boolean') output.byte(value ? 0x11 : 0x10);
  else output.byte(0x0f);
}

function writeSymbolTable(output: BackwardWriter, names: readonly string[]): void {
  const end = output.length;
  for (let index = names.length - 1; index >= 0; index--) output.text(names[index] ?? '');
  output.header(typeOf.list, output.length - end);
  output.varUint(SYMBOLS);
  output.header(typeOf.struct, output.length - end);
  output.varUint(SYMBOL_TABLE);
  output.varUint(1);
  output.header(typeOf.wrapper, output.length - end);
}

const INITIAL_BYTES = 64 * 1024;

/** Grows towards the front, so that a length is known when it is written before what it measures. */
class BackwardWriter {
  #buffer = new Uint8Array(INITIAL_BYTES);
  #length = 0;
  readonly #utf8 = new TextEncoder();

  get length(): number {
    return this.#length;
  }

  result(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#buffer.length - this.#length);
  }

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  bytes(values: Uint8Array): void {
    const at = this.#reserve(values.length);
    this.#buffer.set(values, at);
  }

  /** Type and length of what was written last. */
  header(type: number, length: number): void {
    if (length < 14) {
      this.byte((type << 4) | length);
      return;
    }
    this.varUint(length);
    this.byte((type << 4) | 14);
  }

  /** Seven bits a byte, the last one marked. */
  varUint(value: number): void {
    this.byte((value & 0x7f) | 0x80);
    for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
      this.byte(rest % 128);
    }
  }

  int(value: number): void {
    const end = this.#length;
    for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 256)) {
      this.byte(rest % 256);
    }
    this.header(value < 0 ? typeOf.negative : typeOf.int, this.#length - end);
  }

  float(value: number): void {
    const at = this.#reserve(8);
    new DataView(this.#buffer.buffer).setFloat64(at, value);
    this.header(typeOf.float, 8);
  }

  text(value: string): void {
    if (!this.#ascii(value)) {
      const bytes = this.#utf8.encode(value);
      this.bytes(bytes);
      this.header(typeOf.string, bytes.length);
    } else this.header(typeOf.string, value.length);
  }

  /** Names are of ASCII, nearly all; whether one is shows while it is copied. */
  #ascii(value: string): boolean {
    const at = this.#reserve(value.length);
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) {
        this.#length -= value.length;
        return false;
      }
      this.#buffer[at + index] = code;
    }
    return true;
  }

  /** Where the next `count` bytes go. Ask before the buffer is named: it may be another one afterwards. */
  #reserve(count: number): number {
    while (this.#length + count > this.#buffer.length) {
      const larger = new Uint8Array(this.#buffer.length * 2);
      larger.set(this.#buffer, larger.length - this.#buffer.length);
      this.#buffer = larger;
    }
    this.#length += count;
    return this.#buffer.length - this.#length;
  }
}
