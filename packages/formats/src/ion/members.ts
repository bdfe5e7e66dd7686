/** What a value is put into: a struct becomes an object, a list or an S-expression an array. */
export type Container = unknown[] | Record<string, unknown>;

/** `name` counts for objects only. Names are of strangers: `__proto__` is one like any other. */
export function put(container: Container, name: string, value: unknown): void {
  if (Array.isArray(container)) container.push(value);
  else if (name === '__proto__') {
    Object.defineProperty(container, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else container[name] = value;
}
