import type { SqlValue } from './sql.ts';

/** SQL for: the column is one of these names, where a `*` at the end stands for anything. `place` numbers a value. */
export function isNamed(
  column: string,
  names: readonly string[],
  place: (value: SqlValue) => string,
): string {
  const tests = names.map((name) =>
    name.endsWith('*')
      ? `starts_with(${column}, ${place(name.slice(0, -1))})`
      : `${column} = ${place(name)}`,
  );
  return `(${['FALSE', ...tests].join(' OR ')})`;
}
