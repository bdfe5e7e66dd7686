import { FrameTableBuilder, Problem, type Runtime, runtimes } from '@everflame/model';
import type { Limits } from '../format.ts';
import { baseName } from '../module-of.ts';
import { normalisedFrame, UNKNOWN_NAME } from '../normalised-frame.ts';
import type { StackTableBuilder } from '../stack-table-builder.ts';
import { IdIndex } from './id-index.ts';
import { FUNCTION_RUNTIME, LINE_TO } from './private-fields.ts';
import { type ProtoReader, type Spans, VARINT } from './proto-reader.ts';
import type { Sections } from './sections.ts';
import type { StringTable } from './string-table.ts';

const LOCATION_LINE = 4;
/** Locations of many inlined calls repeat each other's lines. */
const SITES_PER_NODE = 8;
const NONE: FunctionSymbol = { name: '', file: '', runtime: undefined };

interface FunctionSymbol {
  readonly name: string;
  readonly file: string;
  /** Only our own encoder says it. */
  readonly runtime: Runtime | undefined;
}

interface MappingSymbol {
  readonly file: string;
  readonly start: bigint;
  readonly offset: bigint;
}

/** The functions in the order of the file, and by their ids. */
export interface Functions {
  readonly list: readonly FunctionSymbol[];
  readonly index: IdIndex;
  /** True where every id is 0, as an old .NET agent writes: then function i belongs to location i. */
  readonly isPaired: boolean;
}

export function functionsOf({ reader, functions, locations, strings }: Sections): Functions {
  const count = functions.length / 2;
  const index = new IdIndex(count);
  const list: FunctionSymbol[] = [];
  let hasId = false;
  eachMessage(reader, functions, (position) => {
    let id: number | bigint = 0;
    let name = 0;
    let systemName = 0;
    let file = 0;
    let runtime = 0;
    while (reader.pos < reader.end) {
      switch (integerField(reader)) {
        case 1:
          id = reader.id();
          break;
        case 2:
          name = reader.varint();
          break;
        case 3:
          systemName = reader.varint();
          break;
        case 4:
          file = reader.varint();
          break;
        case FUNCTION_RUNTIME:
          runtime = reader.varint();
          break;
        default:
          reader.skip();
      }
    }
    if (id !== 0) hasId = true;
    index.add(id, position);
    list.push({
      name: strings.text(name === 0 ? systemName : name),
      file: strings.text(file),
      runtime: runtime === 0 ? undefined : runtimeNamed(strings.text(runtime)),
    });
  });
  return { list, index, isPaired: count > 0 && !hasId && functions.length === locations.length };
}

const runtimeNamed = (name: string): Runtime | undefined =>
  runtimes.find((runtime) => runtime === name);

export interface SymbolOptions {
  readonly runtime: Runtime;
  readonly stacks: StackTableBuilder;
  /** The file is our own: names are normalised already and a mapping's file is the module itself. */
  readonly isOurs: boolean;
  readonly limits: Limits;
}

/** Every location as the sites it stands for, outermost first: inlined calls make it several. */
export class Locations {
  readonly index: IdIndex;
  readonly frames = new FrameTableBuilder();
  /** Sites of location i: `sites[start[i]] … sites[start[i + 1] - 1]`. */
  readonly start: Int32Array;
  readonly sites: number[] = [];
  /** By location, the site of the last line where our encoder wrote a range of lines. */
  readonly lastSite = new Map<number, number>();
  hasLines = false;
  readonly #functions: Functions;
  readonly #mappings: readonly MappingSymbol[];
  readonly #mappingIndex: IdIndex;
  readonly #options: SymbolOptions;
  readonly #frameRows = new Map<number, number>();

  constructor(sections: Sections, functions: Functions, options: SymbolOptions) {
    const count = sections.locations.length / 2;
    this.#functions = functions;
    this.#options = options;
    this.#mappingIndex = new IdIndex(sections.mappings.length / 2);
    this.#mappings = mappingsOf(sections, this.#mappingIndex);
    this.index = new IdIndex(count);
    this.start = new Int32Array(count + 1);
    const { reader } = sections;
    eachMessage(reader, sections.locations, (position) => {
      this.#readLocation(reader, position);
      this.start[position + 1] = this.sites.length;
    });
  }

  /** Where no location has the id that a sample names. */
  unknownSite(): number {
    const { stacks, runtime } = this.#options;
    return stacks.site(this.frames.row(UNKNOWN_NAME, '', '', runtime), 0);
  }

  #readLocation(reader: ProtoReader, position: number): void {
    let id: number | bigint = 0;
    let mapping = -1;
    let addressAt = -1;
    const lines: number[] = [];
    while (reader.pos < reader.end) {
      const field = reader.tag();
      switch (field === LOCATION_LINE || reader.wire === VARINT ? field : 0) {
        case 1:
          id = reader.id();
          break;
        case 2:
          mapping = this.#mappingIndex.position(reader.id());
          break;
        case 3:
          // All 64 bits count, but only where there is no name.
          addressAt = reader.pos;
          reader.varint();
          break;
        case LOCATION_LINE:
          this.#readLine(reader, lines);
          break;
        default:
          reader.skip();
      }
    }
    this.index.add(id, position);
    if (this.#functions.isPaired) lines.splice(0, lines.length, position, lines[1] ?? 0, 0);
    if (lines.length === 0) {
      this.sites.push(this.#addressSite(mapping, addressAt < 0 ? 0n : uint64At(reader, addressAt)));
    } else this.#pushSites(lines, mapping, position);
  }

  /** Appends function position, line, last line: three integers. */
  #readLine(reader: ProtoReader, lines: number[]): void {
    const outer = reader.enter();
    let position = -1;
    let line = 0;
    let lineTo = 0;
    while (reader.pos < reader.end) {
      switch (integerField(reader)) {
        case 1:
          position = this.#functions.index.position(reader.id());
          break;
        case 2:
          line = lineNumber(reader.int64());
          break;
        case LINE_TO:
          lineTo = lineNumber(reader.int64());
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    const { depth } = this.#options.limits;
    if (lines.push(position, line, lineTo) > depth * 3) {
      throw new Problem('stack-too-deep', `A location has more than ${depth} lines.`);
    }
  }

  /** The file has the innermost call first. */
  #pushSites(lines: readonly number[], mapping: number, position: number): void {
    const { stacks, limits } = this.#options;
    if (this.sites.length > limits.nodes * SITES_PER_NODE) throw new Problem('too-many-nodes');
    for (let at = lines.length - 3; at >= 0; at -= 3) {
      const line = lines[at + 1]!;
      const lineTo = lines[at + 2]!;
      const frame = this.#frameRow(lines[at]!, mapping);
      this.sites.push(stacks.site(frame, line));
      if (line !== 0) this.hasLines = true;
      if (lineTo !== 0) this.lastSite.set(position, stacks.site(frame, lineTo));
    }
  }

  #frameRow(position: number, mapping: number): number {
    const key = position * (this.#mappings.length + 1) + mapping + 1;
    const known = this.#frameRows.get(key);
    if (known !== undefined) return known;
    const row = this.#newFrameRow(this.#functions.list[position] ?? NONE, mapping);
    this.#frameRows.set(key, row);
    return row;
  }

  #newFrameRow(symbol: FunctionSymbol, mapping: number): number {
    const binary = this.#mappings[mapping]?.file ?? '';
    const runtime = symbol.runtime ?? this.#options.runtime;
    if (this.#options.isOurs) {
      return this.frames.row(symbol.name || UNKNOWN_NAME, symbol.file, binary, runtime);
    }
    const { name, file, module } = normalisedFrame(runtime, { ...symbol, binary });
    return this.frames.row(name, file, module, runtime);
  }

  /** Not symbolised: the place in its binary, which is the same in every process that runs it. */
  #addressSite(row: number, address: bigint): number {
    const mapping = this.#mappings[row];
    if (mapping === undefined || mapping.file === '' || address < mapping.start) {
      return this.unknownSite();
    }
    const binary = baseName(mapping.file);
    const place = (address - mapping.start + mapping.offset).toString(16);
    return this.#options.stacks.site(
      this.frames.row(`${binary}+0x${place}`, '', binary, this.#options.runtime),
      0,
    );
  }
}

/** Datadog's Node.js tracer hides the column in the high half; a negative line is no line. */
const lineNumber = (line: number): number => (line < 0 ? 0 : line % 2 ** 32);

function mappingsOf({ reader, mappings, strings }: Sections, index: IdIndex): MappingSymbol[] {
  const list: MappingSymbol[] = [];
  eachMessage(reader, mappings, (position) => {
    list.push(mappingAt(reader, strings, (id) => index.add(id, position)));
  });
  return list;
}

function mappingAt(
  reader: ProtoReader,
  strings: StringTable,
  hasId: (id: number | bigint) => void,
): MappingSymbol {
  let file = '';
  let start = 0n;
  let offset = 0n;
  while (reader.pos < reader.end) {
    switch (integerField(reader)) {
      case 1:
        hasId(reader.id());
        break;
      case 2:
        start = reader.uint64();
        break;
      case 4:
        offset = reader.uint64();
        break;
      case 5:
        file = strings.text(reader.varint());
        break;
      default:
        reader.skip();
    }
  }
  return { file, start, offset };
}

/** The integer at a place already passed. */
function uint64At(reader: ProtoReader, position: number): bigint {
  reader.pos = position;
  const value = reader.uint64();
  reader.pos = reader.end;
  return value;
}

/** The next field's number; 0, which no case names, where it is no integer. */
export function integerField(reader: ProtoReader): number {
  const field = reader.tag();
  return reader.wire === VARINT ? field : 0;
}

/** Calls `read` with the reader standing in each message of a section. */
export function eachMessage(
  reader: ProtoReader,
  spans: Spans,
  read: (position: number) => void,
): void {
  const outer = reader.end;
  for (let at = 0; at < spans.length; at += 2) {
    reader.pos = spans[at]!;
    reader.end = spans[at + 1]!;
    read(at / 2);
  }
  reader.end = outer;
}
