import { Problem } from '@everflame/model';

/** What reading one document may cost; bytes are bounded before. */
export interface IonBounds {
  /** Containers in one another: `stack-too-deep`. */
  readonly depth: number;
  /** Values, those of symbol tables and marks of versions too: `too-many-nodes`. */
  readonly values: number;
  /** Structs and lists, which take far more memory than bytes: `too-many-nodes`. */
  readonly containers: number;
  /** UTF-16 units of the text of a symbol: `string-too-long`. */
  readonly symbolLength: number;
}

/** Counts what is read against its bounds, before memory is spent on it. */
export class Allowance {
  readonly bounds: IonBounds;
  #values = 0;
  #containers = 0;

  constructor(bounds: IonBounds) {
    this.bounds = bounds;
  }

  value(): void {
    if (++this.#values > this.bounds.values) throw new Problem('too-many-nodes');
  }

  container(depth: number): void {
    if (depth > this.bounds.depth) throw new Problem('stack-too-deep');
    if (++this.#containers > this.bounds.containers) throw new Problem('too-many-nodes');
  }
}

export const corrupt = (what: string, at: number): Problem =>
  new Problem('corrupt-profile', `The Ion document ${what}, at ${at}.`);

export const truncated = (): Problem =>
  new Problem('truncated-profile', 'The Ion document ends before it is complete.');
