/** A container on its way. */
interface Open {
  readonly keys: readonly string[] | undefined;
  readonly values: readonly unknown[];
  next: number;
}

/** `JSON.stringify` for trees that are deeper than the machine's stack allows it. */
export function deepJson(root: unknown): string {
  const parts: string[] = [];
  const open: Open[] = [];
  begin(root, { parts, open });
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const index = top.next++;
    if (index === top.values.length) {
      parts.push(top.keys ? '}' : ']');
      open.pop();
      continue;
    }
    if (index > 0) parts.push(',');
    if (top.keys) parts.push(JSON.stringify(top.keys[index]), ':');
    begin(top.values[index], { parts, open });
  }
  return parts.join('');
}

function begin(value: unknown, { parts, open }: { parts: string[]; open: Open[] }): void {
  if (typeof value !== 'object' || value === null) {
    parts.push(JSON.stringify(value) ?? 'null');
  } else if (Array.isArray(value)) {
    parts.push('[');
    open.push({ keys: undefined, values: value, next: 0 });
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    parts.push('{');
    open.push({
      keys: members.map(([key]) => key),
      values: members.map(([, member]) => member),
      next: 0,
    });
  }
}
