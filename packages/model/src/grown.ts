/** A copy of the table with twice its room; zeros follow what it held. */
export function grown<Table extends Int32Array | Uint32Array | Uint8Array>(
  table: Table,
  Type: new (length: number) => Table,
): Table {
  const larger = new Type(table.length * 2);
  larger.set(table);
  return larger;
}
