import { type Labels, type Link, Problem, type Thread } from '@everflame/model';
import type { Limits } from '../format.ts';
import { LabelRows, NOT_SAID } from './label-rows.ts';
import { type ProtoReader, VARINT } from './proto-reader.ts';
import type { Sections } from './sections.ts';
import type { StackRows } from './stack-rows.ts';
import { eachMessage } from './symbols.ts';

/** Sample by sample, before the values have a meaning. */
export interface RawSamples {
  readonly length: number;
  readonly stack: Uint32Array;
  readonly thread: Uint32Array;
  readonly link: Uint32Array;
  readonly labelSet: Uint32Array;
  /** Index into `threadStates`, or NOT_SAID. */
  readonly state: Uint8Array;
  /** `values[sample type][sample]`. */
  readonly values: readonly Float64Array[];
  /** Values too many or missing. */
  readonly misfits: number;
  readonly labelSets: readonly Labels[];
  readonly threads: readonly Thread[];
  readonly links: readonly Link[];
}

const LOCATION = 1;
const VALUE = 2;
const LABEL = 3;

/** Reads every sample. Throws `invalid-value` at a negative one. */
export class SampleReader {
  readonly #labels: LabelRows;
  readonly #sections: Sections;
  readonly #stacks: StackRows;
  readonly #raw: Omit<RawSamples, 'misfits' | 'labelSets' | 'threads' | 'links'>;
  /** Ids of a sample whose locations are not one packed field. */
  readonly #ids: (number | bigint)[] = [];
  readonly #maxDepth: number;
  #valuesRead = 0;
  #misfits = 0;
  #packedStart = -1;
  #packedEnd = -1;

  constructor(sections: Sections, stacks: StackRows, limits: Limits) {
    this.#maxDepth = limits.depth;
    this.#sections = sections;
    this.#stacks = stacks;
    this.#labels = new LabelRows(sections.strings, limits);
    const length = sections.samples.length / 2;
    const types = sections.sampleTypes.length / 2;
    this.#raw = {
      length,
      stack: new Uint32Array(length),
      thread: new Uint32Array(length),
      link: new Uint32Array(length),
      labelSet: new Uint32Array(length),
      state: new Uint8Array(length).fill(NOT_SAID),
      values: Array.from({ length: types }, () => new Float64Array(length)),
    };
  }

  read(): RawSamples {
    const { reader, samples } = this.#sections;
    eachMessage(reader, samples, (row) => this.#readSample(reader, row));
    const labelSets = this.#labels.labelSets(this.#raw.labelSet);
    return {
      ...this.#raw,
      labelSets,
      threads: this.#labels.threads(),
      links: this.#labels.links(),
      misfits: this.#misfits,
    };
  }

  #readSample(reader: ProtoReader, row: number): void {
    this.#valuesRead = 0;
    this.#packedStart = -1;
    if (this.#ids.length > 0) this.#ids.length = 0;
    let hasLabels = false;
    while (reader.pos < reader.end) {
      switch (reader.tag()) {
        case LOCATION:
          this.#readLocations(reader);
          break;
        case VALUE:
          this.#readValues(reader, row);
          break;
        case LABEL: {
          if (!hasLabels) this.#labels.start();
          hasLabels = true;
          const outer = reader.enter();
          this.#labels.read(reader);
          reader.leave(outer);
          break;
        }
        default:
          reader.skip();
      }
    }
    if (this.#valuesRead !== this.#raw.values.length) this.#misfits++;
    this.#raw.stack[row] = this.#stackRow();
    if (hasLabels) this.#keepLabels(row);
  }

  #stackRow(): number {
    if (this.#ids.length > 0) return this.#stacks.unpacked(this.#ids);
    return this.#packedStart < 0 ? 0 : this.#stacks.packed(this.#packedStart, this.#packedEnd);
  }

  /** One packed field is the rule and stays undecoded; Go writes one or two ids unpacked. */
  #readLocations(reader: ProtoReader): void {
    const ids = this.#ids;
    if (reader.wire === VARINT) {
      this.#unpackFirst(reader);
      this.#pushId(reader);
      return;
    }
    const end = reader.delimited();
    if (this.#packedStart < 0 && ids.length === 0) {
      this.#packedStart = reader.pos;
      this.#packedEnd = end;
      reader.pos = end;
      return;
    }
    this.#unpackFirst(reader);
    while (reader.pos < end) this.#pushId(reader);
    if (reader.pos > end) throw new Problem('corrupt-profile', `At byte ${end}, an id is cut off.`);
  }

  /** A second field of ids came: the first is decoded after all. */
  #unpackFirst(reader: ProtoReader): void {
    if (this.#packedStart < 0) return;
    const back = reader.pos;
    reader.pos = this.#packedStart;
    while (reader.pos < this.#packedEnd) this.#pushId(reader);
    reader.pos = back;
    this.#packedStart = -1;
  }

  #pushId(reader: ProtoReader): void {
    if (this.#ids.push(reader.id()) <= this.#maxDepth) return;
    throw new Problem('stack-too-deep', `A stack has more than ${this.#maxDepth} frames.`);
  }

  #readValues(reader: ProtoReader, row: number): void {
    if (reader.wire === VARINT) {
      this.#keepValue(reader.int64(), row);
      return;
    }
    const outer = reader.enter();
    const { bytes } = reader;
    while (reader.pos < reader.end) {
      // Most values are zero or small: a heap has columns for what is in use and what was allocated.
      const byte = bytes[reader.pos]!;
      if (byte === 0) {
        reader.pos++;
        this.#valuesRead++;
      } else this.#keepValue(reader.int64(), row);
    }
    reader.leave(outer);
  }

  #keepValue(value: number, row: number): void {
    if (value < 0) {
      throw new Problem(
        'invalid-value',
        `Sample ${row} has the value ${value}. Send no differences.`,
      );
    }
    const column = this.#raw.values[this.#valuesRead++];
    if (column) column[row] = value;
  }

  #keepLabels(row: number): void {
    const labels = this.#labels;
    labels.finish();
    this.#raw.thread[row] = labels.thread;
    this.#raw.link[row] = labels.link;
    this.#raw.labelSet[row] = labels.labelSet;
    this.#raw.state[row] = labels.state;
  }
}
