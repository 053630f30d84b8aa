import "server-only";

export type SearchParams = Promise<Readonly<Record<string, string | string[] | undefined>>>;

/** The first of possibly repeated values. */
export function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
