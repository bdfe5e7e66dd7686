import type { GroupId } from '../profile-store.ts';
import type { Database } from './database.ts';
import { FrameDictionary } from './frame-dictionary.ts';
import { GroupNodes } from './group-nodes.ts';
import { LabelDictionary } from './label-dictionary.ts';
import { MeasureDictionary } from './measure-dictionary.ts';

/**
 * What is known of nodes and frames, in memory. This process alone writes the folder, so what was loaded
 * once stays true, and appends keep it so. Groups used longest ago leave when `maxBytes` is passed.
 */
export class Dictionaries {
  readonly #database: Database;
  readonly #maxBytes: number;
  /** In the order of use, the latest last. */
  readonly #nodes = new Map<GroupId, Promise<GroupNodes>>();
  #frames: Promise<FrameDictionary> | undefined;
  #measures: Promise<MeasureDictionary> | undefined;
  #labels: Promise<LabelDictionary> | undefined;

  constructor(database: Database, maxBytes: number) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  frames(): Promise<FrameDictionary> {
    this.#frames ??= this.#database.read((connection) => FrameDictionary.load(connection));
    return this.#frames;
  }

  measures(): Promise<MeasureDictionary> {
    this.#measures ??= this.#database.read((connection) => MeasureDictionary.load(connection));
    return this.#measures;
  }

  labels(): Promise<LabelDictionary> {
    this.#labels ??= this.#database.read((connection) => LabelDictionary.load(connection));
    return this.#labels;
  }

  nodes(group: GroupId): Promise<GroupNodes> {
    const known = this.#nodes.get(group);
    const nodes = known ?? this.#database.read((connection) => GroupNodes.load(connection, group));
    this.#nodes.delete(group);
    this.#nodes.set(group, nodes);
    nodes.catch(() => this.forget(group));
    return nodes;
  }

  /** After a transaction that failed, or rows that were dropped: the file is right, memory is not. */
  forget(group: GroupId): void {
    this.#nodes.delete(group);
  }

  /** Frames, measures and labels. */
  forgetCommon(): void {
    this.#frames = undefined;
    this.#measures = undefined;
    this.#labels = undefined;
  }

  forgetAll(): void {
    this.#nodes.clear();
    this.forgetCommon();
  }

  /** Lets go of the groups used longest ago. Only between appends: a group that is appended to must stay. */
  async trim(): Promise<void> {
    let bytes = 0;
    for (const [group, nodes] of [...this.#nodes].reverse()) {
      const size = (await nodes).bytes;
      if (bytes > 0 && bytes + size > this.#maxBytes) this.#nodes.delete(group);
      else bytes += size;
    }
  }
}
