import { threadStates } from '@everflame/model';
import type { GroupId, SeriesQuery } from '../profile-store.ts';
import type { Plan } from './plan.ts';
import { type Family, tableOf } from './tables.ts';

/** Conditions on rows, all of them numbers: nothing from outside gets into the text of a statement as it came. */
export interface Selection {
  readonly group: GroupId | readonly GroupId[];
  readonly measure?: number | undefined;
  readonly states?: SeriesQuery['states'];
  /** Numbers of label sets. Undefined: all. */
  readonly labels?: readonly number[] | undefined;
  readonly frames?: readonly number[] | undefined;
}

const oneOf = (column: string, numbers: readonly number[] | undefined): string[] =>
  numbers === undefined
    ? []
    : [`${column} IN (${numbers.length === 0 ? 'NULL' : numbers.join(', ')})`];

function conditions(selection: Selection): readonly string[] {
  const { measure, states, labels, frames } = selection;
  const groups = [selection.group].flat();
  const numbers = [
    ...groups,
    ...(measure === undefined ? [] : [measure]),
    ...(labels ?? []),
    ...(frames ?? []),
  ];
  if (!numbers.every(Number.isInteger)) throw new TypeError('Selections are made of integers.');
  return [
    ...oneOf('grp', groups),
    ...(measure === undefined ? [] : [`measure = ${measure}`]),
    ...oneOf(
      'state',
      states?.map((state) => threadStates.indexOf(state)),
    ),
    ...oneOf('labels', labels),
    ...oneOf('frame', frames),
  ];
}

/** Rows of all segments of a plan, as a table to select from. */
export function rowsOf(family: Family, plan: Plan, selection: Selection, columns: string): string {
  const where = conditions(selection).join(' AND ');
  const parts = plan.segments.map(
    ({ level, fromMs, toMs }) =>
      `SELECT ${columns} FROM ${tableOf(family, level)} WHERE ${where} AND bucket >= ${fromMs} AND bucket < ${toMs}`,
  );
  return `(${parts.join(' UNION ALL ')})`;
}
