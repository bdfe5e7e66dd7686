import { Problem } from '@everflame/model';

const SYSTEM = [
  '$0',
  '$ion',
  '$ion_1_0',
  '$ion_symbol_table',
  'name',
  'version',
  'imports',
  'symbols',
  'max_id',
  '$ion_shared_symbol_table',
] as const;

/** Its number in the table of the system. */
export const SYMBOL_TABLE_ID = 3;
export const SYMBOL_TABLE = SYSTEM[SYMBOL_TABLE_ID];

/**
 * Texts by their number: ten of the system, those of imported tables, those of the document. What tables of others hold
 * we do not know, so a symbol of theirs reads `$57`, as Ion writes symbols without text.
 */
export class SymbolTable {
  readonly #maxLength: number;
  #imported = 0;
  #own: (string | undefined)[] = [];

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  reset(): void {
    this.#imported = 0;
    this.#own = [];
  }

  /** Takes a struct annotated `$ion_symbol_table`: instead of what there is, or in addition where it imports that. */
  declare({ imports, symbols }: Readonly<Record<string, unknown>>): void {
    if (imports !== SYMBOL_TABLE) this.reset();
    if (Array.isArray(imports)) for (const table of imports) this.#import(table);
    if (!Array.isArray(symbols)) return;
    for (const symbol of symbols) this.#own.push(this.#textOf(symbol));
  }

  #import(table: unknown): void {
    const { name, max_id: length } = Object(table) as Readonly<Record<string, unknown>>;
    if (name === '$ion') return;
    if (!Number.isSafeInteger(length) || (length as number) < 0) {
      throw new Problem(
        'corrupt-profile',
        'The Ion document imports a symbol table without its max_id.',
      );
    }
    this.#imported += length as number;
  }

  #textOf(symbol: unknown): string | undefined {
    if (typeof symbol !== 'string') return undefined;
    if (symbol.length <= this.#maxLength) return symbol;
    throw new Problem(
      'string-too-long',
      `A symbol has ${symbol.length} characters; at most ${this.#maxLength} are accepted.`,
    );
  }

  /** Throws `corrupt-profile` where there is no such symbol. */
  text(id: number): string {
    if (id < SYSTEM.length) return SYSTEM[id]!;
    const own = id - SYSTEM.length - this.#imported;
    if (own >= this.#own.length) {
      throw new Problem('corrupt-profile', `The Ion document has no symbol ${id}.`);
    }
    return this.#own[own] ?? `$${id}`;
  }
}
