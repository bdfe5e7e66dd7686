import type { Outcome } from './clients.ts';
import { exceptions } from './scenarios.ts';

/** What each client got from each operation. */
export class OutcomeTable {
  readonly #cells = new Map<string, Map<string, Set<string>>>();

  note(operation: string, client: string, { status, error }: Outcome): void {
    const byClient = this.#cells.get(operation) ?? new Map<string, Set<string>>();
    this.#cells.set(operation, byClient);
    const outcomes = byClient.get(client) ?? new Set<string>();
    byClient.set(client, outcomes);
    outcomes.add(String(status ?? (error ? statusOf(error) : 'ok')));
  }

  get operations(): readonly string[] {
    return [...this.#cells.keys()].toSorted();
  }

  /** A row for each operation, a column for each client, with the statuses that it got. */
  toString(): string {
    const clients = [...new Set([...this.#cells.values()].flatMap((row) => [...row.keys()]))];
    const rows = this.operations.map((operation) =>
      clients.map((client) =>
        [...(this.#cells.get(operation)?.get(client) ?? [])].toSorted(byStatus).join(' '),
      ),
    );
    const line = (first: string, cells: readonly string[]) =>
      [first.padEnd(32), ...cells.map((cell) => cell.padEnd(28))].join(' ').trimEnd();
    const legend = Object.entries(exceptions).map(([name, status]) => `${status} ${name}`);
    return [
      line('operation', clients),
      ...this.operations.map((operation, index) => line(operation, rows[index]!)),
      `The CLI names exceptions and no statuses: ${legend.join(', ')}.`,
    ].join('\n');
  }
}

const statusOf = (error: string): number | string =>
  (exceptions as Readonly<Record<string, number>>)[error] ?? error;

const byStatus = (a: string, b: string): number =>
  (Number.parseInt(a, 10) || 0) - (Number.parseInt(b, 10) || 0);
