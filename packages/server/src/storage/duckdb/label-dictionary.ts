import type { DuckDBConnection } from '@duckdb/node-api';
import type { Labels } from '@everflame/model';
import { type GroupId, tierMs } from '../profile-store.ts';

/** Label sets that a group may have in a day. What comes beyond is stored without labels, and counted. */
const mostLabelSetsPerDay = 1000;
const groupDaysRemembered = 10_000;

const noLabels = 0;

/** Numbers of label sets; 0 is the empty one. Bounded per group and day, so that nobody's request ids fill the disk. */
export class LabelDictionary {
  /** Series whose labels were left out because there were too many that day. */
  overflowed = 0;
  readonly #numbers = new Map<string, number>();
  readonly #sets: (Labels | undefined)[] = [];
  readonly #json: string[] = [];
  readonly #usedOn = new Map<string, Set<number>>();
  /** Numbers given out since the last `settle`. */
  #fresh: number[] = [];

  static async load(connection: DuckDBConnection): Promise<LabelDictionary> {
    const labels = new LabelDictionary();
    labels.#add(noLabels, '[]');
    const reader = await connection.runAndReadAll('SELECT id, json FROM label_sets ORDER BY id');
    for (const [id, json] of reader.getRows()) labels.#add(Number(id), String(json));
    return labels;
  }

  get length(): number {
    return this.#sets.length;
  }

  labels(number: number): Labels {
    return this.#sets[number] ?? {};
  }

  /** `usedBefore` is asked once per group and day: which sets the file already has there. */
  async numberFor(
    labels: Labels,
    group: GroupId,
    bucket: number,
    usedBefore: (dayMs: number) => Promise<readonly number[]>,
  ): Promise<number> {
    const json = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (json === '[]') return noLabels;
    const used = await this.#usedIn(group, bucket - (bucket % tierMs.P1D), usedBefore);
    const known = this.#numbers.get(json);
    if (known !== undefined && used.has(known)) return known;
    if (used.size >= mostLabelSetsPerDay) {
      this.overflowed++;
      return noLabels;
    }
    const number = known ?? this.#add(this.#sets.length, json);
    if (known === undefined) this.#fresh.push(number);
    used.add(number);
    return number;
  }

  /** Numbers of the sets in which every given label has one of the given values. */
  matching(wanted: Readonly<Record<string, readonly string[]>>): readonly number[] {
    const conditions = Object.entries(wanted);
    const numbers: number[] = [];
    for (const [number, labels] of this.#sets.entries()) {
      if (labels === undefined) continue;
      const textOf = (key: string): string => (Object.hasOwn(labels, key) && labels[key]) || '';
      if (conditions.every(([key, values]) => values.includes(textOf(key)))) {
        numbers.push(number);
      }
    }
    return numbers;
  }

  async append(connection: DuckDBConnection): Promise<void> {
    if (this.#fresh.length === 0) return;
    const appender = await connection.createAppender('label_sets');
    for (const number of this.#fresh) {
      appender.appendInteger(number);
      appender.appendVarchar(this.#json[number]!);
      appender.endRow();
    }
    appender.closeSync();
  }

  /** What `append` wrote is committed. */
  settle(): void {
    this.#fresh = [];
  }

  async #usedIn(
    group: GroupId,
    dayMs: number,
    usedBefore: (dayMs: number) => Promise<readonly number[]>,
  ): Promise<Set<number>> {
    const key = `${group}/${dayMs}`;
    let used = this.#usedOn.get(key);
    if (used === undefined) {
      used = new Set(await usedBefore(dayMs));
      const oldest = this.#usedOn.keys().next().value;
      if (this.#usedOn.size >= groupDaysRemembered && oldest !== undefined) {
        this.#usedOn.delete(oldest);
      }
      this.#usedOn.set(key, used);
    }
    return used;
  }

  #add(number: number, json: string): number {
    this.#sets[number] = Object.fromEntries(JSON.parse(json) as [string, string][]);
    this.#json[number] = json;
    this.#numbers.set(json, number);
    return number;
  }
}
