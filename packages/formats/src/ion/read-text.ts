import { Allowance, corrupt, type IonBounds } from './bounds.ts';
import { type Container, put } from './members.ts';
import { SYMBOL_TABLE, SymbolTable } from './symbol-table.ts';
import { isDigit, isWord, LONG_MARK, TextScalars } from './text-scalars.ts';

/** A container on its way, and the character that ends it. */
interface Open {
  readonly container: Container;
  readonly close: ')' | ']' | '}';
  readonly isSymbolTable: boolean;
}

/**
 * The values of a document in Ion's text form, as `readIonBinary` gives them; JSON is such a document. Throws Problems
 * only.
 */
export const readIonText = (text: string, bounds: IonBounds): unknown[] =>
  new TextReader(text, bounds).values();

class TextReader {
  readonly #in: TextScalars;
  readonly #allowance: Allowance;
  readonly #symbols: SymbolTable;
  readonly #roots: unknown[] = [];
  readonly #open: Open[] = [];
  #container: Container = this.#roots;

  constructor(text: string, bounds: IonBounds) {
    this.#in = new TextScalars(text);
    this.#allowance = new Allowance(bounds);
    this.#symbols = new SymbolTable(bounds.symbolLength);
  }

  values(): unknown[] {
    for (;;) {
      this.#in.space();
      const top = this.#open.at(-1);
      if (top && this.#in.is(top.close)) this.#leave();
      else if (!top && this.#in.at === this.#in.text.length) return this.#roots;
      else this.#member();
    }
  }

  #leave(): void {
    this.#in.at++;
    const left = this.#open.pop();
    this.#container = this.#open.at(-1)?.container ?? this.#roots;
    if (left?.isSymbolTable && !Array.isArray(left.container)) {
      this.#symbols.declare(left.container);
    }
    this.#separator();
  }

  /** A comma behind a member, unless it was the last. */
  #separator(): void {
    const close = this.#open.at(-1)?.close;
    if (close === undefined || close === ')') return;
    this.#in.space();
    if (this.#in.is(',')) this.#in.at++;
    else if (!this.#in.is(close)) throw this.#in.unexpected();
  }

  #member(): void {
    const name = Array.isArray(this.#container) ? '' : this.#name();
    let annotation: string | undefined;
    let start = this.#in.at;
    let symbol = this.#symbol();
    for (; symbol !== undefined && this.#isAnnotation(); symbol = this.#symbol()) {
      annotation ??= symbol;
      start = this.#in.at;
    }
    if (symbol === undefined) this.#value(name, annotation);
    else if (this.#in.text[start] === "'") this.#add(name, symbol);
    else if (annotation !== undefined || !this.#versionMarker(symbol)) this.#word(name, symbol);
  }

  /** Whether `::` follows, which is then passed over. Without it, white space counts. */
  #isAnnotation(): boolean {
    const end = this.#in.at;
    this.#in.space();
    if (!this.#in.is('::')) {
      this.#in.at = end;
      return false;
    }
    this.#in.at += 2;
    this.#in.space();
    return true;
  }

  #name(): string {
    let name = this.#symbol();
    if (name === undefined) {
      if (this.#in.is('"')) name = this.#in.quoted('"');
      else if (this.#in.is(LONG_MARK)) name = this.#in.long();
      else throw this.#in.unexpected();
    }
    this.#in.space();
    this.#in.skip(':');
    this.#in.space();
    return name;
  }

  /** A word or a symbol in single quotes; undefined where there is neither. `$12` is the symbol of that number. */
  #symbol(): string | undefined {
    const code = this.#in.code();
    if (code === 0x27) return this.#in.is(LONG_MARK) ? undefined : this.#in.quoted("'");
    if (!isWord(code) || isDigit(code)) return undefined;
    const word = this.#in.run(isWord);
    return /^\$\d{1,15}$/.test(word) ? this.#symbols.text(Number(word.slice(1))) : word;
  }

  #versionMarker(word: string): boolean {
    if (this.#open.length > 0 || !/^\$ion_\d+_\d+$/.test(word)) return false;
    if (word !== '$ion_1_0') throw corrupt(`is of version ${word}, not $ion_1_0`, this.#in.at);
    this.#allowance.value();
    this.#symbols.reset();
    return true;
  }

  #word(name: string, word: string): void {
    if (word === 'null') this.#nullType();
    this.#add(name, keywords.has(word) ? keywords.get(word) : word);
  }

  /** `null.string` is nothing, too. */
  #nullType(): void {
    if (!this.#in.is('.')) return;
    this.#in.at++;
    if (!types.has(this.#in.run(isWord))) throw corrupt('has a null of no type', this.#in.at);
  }

  #add(name: string, value: unknown): void {
    this.#allowance.value();
    put(this.#container, name, value);
    this.#separator();
  }

  #value(name: string, annotation: string | undefined): void {
    const container = this.#begun(annotation);
    if (container) this.#enter(name, container);
    else this.#add(name, this.#scalar());
  }

  #begun(annotation: string | undefined): Open | undefined {
    if (this.#in.is('{{')) return undefined;
    if (this.#in.is('{')) {
      const isSymbolTable = annotation === SYMBOL_TABLE && this.#open.length === 0;
      return { container: {}, close: '}', isSymbolTable };
    }
    if (this.#in.is('[')) return { container: [], close: ']', isSymbolTable: false };
    if (this.#in.is('(')) return { container: [], close: ')', isSymbolTable: false };
    return undefined;
  }

  #scalar(): unknown {
    if (this.#in.is('{{')) return this.#in.bytes();
    if (this.#in.is('"')) return this.#in.quoted('"');
    if (this.#in.is(LONG_MARK)) return this.#in.long();
    return this.#numberOrOperator();
  }

  #enter(name: string, open: Open): void {
    this.#allowance.value();
    this.#in.at++;
    if (!open.isSymbolTable) put(this.#container, name, open.container);
    this.#open.push(open);
    this.#allowance.container(this.#open.length);
    this.#container = open.container;
  }

  #numberOrOperator(): number | string {
    const isSigned = this.#in.is('-') || this.#in.is('+');
    if (isSigned && this.#in.text.startsWith('inf', this.#in.at + 1) && !isWord(this.#in.code(4))) {
      const isNegative = this.#in.is('-');
      this.#in.at += 4;
      return isNegative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    if (isDigit(this.#in.code(this.#in.is('-') ? 1 : 0))) return this.#in.number();
    const operator = this.#open.at(-1)?.close === ')' ? this.#in.run(isOperator) : '';
    if (operator === '') throw this.#in.unexpected();
    return operator;
  }
}

const keywords = new Map<string, unknown>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['nan', Number.NaN],
]);

const types = new Set(
  'null bool int float decimal timestamp symbol string clob blob list sexp struct'.split(' '),
);

const operators = new Set([...'!#%&*+-./;<=>?@^`|~'].map((one) => one.charCodeAt(0)));
const isOperator = (code: number): boolean => operators.has(code);
