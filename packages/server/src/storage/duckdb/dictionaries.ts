import type { GroupId } from '../profile-store.ts';
import type { Database } from './database.ts';
import { FrameDictionary } from './frame-dictionary.ts';
import { GroupNodes } from './group-nodes.ts';
import { LabelDictionary } from './label-dictionary.ts';
import { MeasureDictionary } from './measure-dictionary.ts';

/**
 * What is known of nodes, frames, measures and labels, in memory. This process alone writes the folder, so what
 * was loaded once stays true, and appends keep it so. Groups used longest ago leave when `maxBytes` is passed.
 */
export class Dictionaries {
  readonly #database: Database;
  readonly #maxBytes: number;
  /** In the order of use, the latest last. */
  readonly #nodes = new Map<GroupId, Loaded<GroupNodes>>();
  readonly #frames: Loaded<FrameDictionary>;
  readonly #measures: Loaded<MeasureDictionary>;
  readonly #labels: Loaded<LabelDictionary>;

  constructor(database: Database, maxBytes: number) {
    this.#database = database;
    this.#maxBytes = maxBytes;
    this.#frames = new Loaded(() => database.read(FrameDictionary.load));
    this.#measures = new Loaded(() => database.read(MeasureDictionary.load));
    this.#labels = new Loaded(() => database.read(LabelDictionary.load));
  }

  frames(): Promise<FrameDictionary> {
    return this.#frames.value();
  }

  measures(): Promise<MeasureDictionary> {
    return this.#measures.value();
  }

  labels(): Promise<LabelDictionary> {
    return this.#labels.value();
  }

  nodes(group: GroupId): Promise<GroupNodes> {
    const nodes =
      this.#nodes.get(group) ??
      new Loaded(() => this.#database.read((connection) => GroupNodes.load(connection, group)));
    this.#nodes.delete(group);
    this.#nodes.set(group, nodes);
    return nodes.value();
  }

  /**
   * After a transaction that failed, or rows that were dropped: the file is right, memory is not. Like all that
   * forgets here, only by whoever holds the numbering: what is loaded beside an append under way does not know
   * the numbers that it gives out, and they would be given out twice.
   */
  forget(group: GroupId): void {
    this.#nodes.delete(group);
  }

  /** Frames, measures and labels. */
  forgetCommon(): void {
    this.#frames.forget();
    this.#measures.forget();
    this.#labels.forget();
  }

  /** Lets go of the groups used longest ago, and of texts of frames. Only between appends: a group that is appended to must stay. */
  trim(): void {
    this.#frames.settled?.trim();
    let bytes = 0;
    for (const [group, { settled }] of [...this.#nodes].reverse()) {
      const size = settled?.bytes ?? 0;
      if (bytes > 0 && bytes + size > this.#maxBytes) this.#nodes.delete(group);
      else bytes += size;
    }
  }
}

/** Something read from the file when it is first asked for; if that fails, whoever asks next tries again. */
class Loaded<T> {
  settled: T | undefined;
  readonly #load: () => Promise<T>;
  #loading: Promise<T> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
  }

  value(): Promise<T> {
    this.#loading ??= this.#loaded();
    return this.#loading;
  }

  forget(): void {
    this.#loading = undefined;
    this.settled = undefined;
  }

  #loaded(): Promise<T> {
    const loading = this.#load();
    loading.then(
      (value) => {
        if (this.#loading === loading) this.settled = value;
      },
      () => {
        if (this.#loading === loading) this.forget();
      },
    );
    return loading;
  }
}
