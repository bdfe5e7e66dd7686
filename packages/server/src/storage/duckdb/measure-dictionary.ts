import type { DuckDBConnection } from '@duckdb/node-api';
import type { Measure } from '@everflame/model';

/** Numbers of measures. One is known by its id alone: the unit and temporality that came first stand. */
export class MeasureDictionary {
  readonly #numbers = new Map<string, number>();
  readonly #measures: Measure[] = [];

  static async load(connection: DuckDBConnection): Promise<MeasureDictionary> {
    const measures = new MeasureDictionary();
    const reader = await connection.runAndReadAll(
      'SELECT name, unit, temporality FROM measures ORDER BY id',
    );
    for (const [id, unit, temporality] of reader.getRows()) {
      measures.#add({ id, unit, temporality } as Measure);
    }
    return measures;
  }

  get length(): number {
    return this.#measures.length;
  }

  find(id: string): number | undefined {
    return this.#numbers.get(id);
  }

  intern(measure: Measure): number {
    return this.#numbers.get(measure.id) ?? this.#add(measure);
  }

  measure(number: number): Measure {
    return this.#measures[number]!;
  }

  async append(connection: DuckDBConnection, first: number): Promise<void> {
    for (const [index, { id, unit, temporality }] of this.#measures.slice(first).entries()) {
      const row = [first + index, id, unit, temporality];
      await connection.run('INSERT INTO measures VALUES ($1, $2, $3, $4)', row);
    }
  }

  #add({ id, unit, temporality }: Measure): number {
    const number = this.#measures.push({ id, unit, temporality }) - 1;
    this.#numbers.set(id, number);
    return number;
  }
}
