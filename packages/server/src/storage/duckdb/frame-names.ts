interface Known {
  readonly numbers: Set<number>;
  /** Until what the file has is among the numbers. */
  readonly read: Promise<void>;
}

type Named = Iterable<readonly [name: string, number: number]>;

/** Where names are looked for that were not asked for lately. */
export interface NameSources {
  /** Frames that are not in the file yet. */
  readonly unwritten: () => Named;
  /** Frames in the file that have one of the names. */
  readonly read: (names: readonly string[]) => Promise<Named>;
}

/** Many more than anyone looks at; past it all are forgotten, and read again where needed. */
const mostNames = 20_000;

/** Numbers of the frames that have a name, for names asked for lately: to look for one in the file is to read all of them. */
export class FrameNames {
  readonly #ofName = new Map<string, Known>();

  /** A new frame: to be called for every one. */
  add(name: string, number: number): void {
    this.#ofName.get(name)?.numbers.add(number);
  }

  async find(
    names: readonly string[],
    sources: NameSources,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    if (this.#ofName.size + names.length > mostNames) this.#ofName.clear();
    const missing = [...new Set(names)].filter((name) => !this.#ofName.has(name));
    if (missing.length > 0) this.#look(missing, sources);
    const known = names.map((name) => [name, this.#ofName.get(name)!] as const);
    await Promise.all(known.map(([, { read }]) => read));
    return new Map(known.map(([name, { numbers }]) => [name, [...numbers]]));
  }

  /** Nothing comes between its steps, so a frame is unwritten, or in the file that is read, or heard of later. */
  #look(names: readonly string[], { unwritten, read }: NameSources): void {
    const numbersOf = new Map(names.map((name) => [name, new Set<number>()]));
    const add = (named: Named) => {
      for (const [name, number] of named) numbersOf.get(name)?.add(number);
    };
    add(unwritten());
    const reading = read(names).then(add);
    for (const [name, numbers] of numbersOf) this.#ofName.set(name, { numbers, read: reading });
    reading.catch(() => {
      for (const [name, numbers] of numbersOf) {
        if (this.#ofName.get(name)?.numbers === numbers) this.#ofName.delete(name);
      }
    });
  }
}
