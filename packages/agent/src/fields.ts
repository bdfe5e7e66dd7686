/** Members of what came from elsewhere, each of which may be anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** None where it is no object. */
export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value ? { ...value } : {};

/** None where it is no JSON: a proxy's page may come in place of any answer. */
export function jsonFields(body: string): Fields {
  try {
    return fieldsOf(JSON.parse(body));
  } catch {
    return {};
  }
}
