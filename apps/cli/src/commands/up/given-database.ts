/** The addresses of a database that is not the studio's own. */
export interface GivenDatabase {
  readonly databaseUrl: string;
  /** Past a pooler, for migrations and sessions that hold a lock or listen. */
  readonly directUrl: string;
}

/** What DATABASE_URL and DATABASE_DIRECT_URL say; null without the first, whatever the second says. */
export function givenDatabase(variables: Readonly<Record<string, string | undefined>>): GivenDatabase | null {
  const databaseUrl = variables["DATABASE_URL"] ?? "";
  const directUrl = variables["DATABASE_DIRECT_URL"] ?? "";
  return databaseUrl === "" ? null : { databaseUrl, directUrl: directUrl === "" ? databaseUrl : directUrl };
}
