import { afterAll, inject } from "vitest";
import { copyTemplateDatabase, type TemplateDatabase } from "./template-database.ts";

declare module "vitest" {
  interface ProvidedContext {
    templateDatabase: TemplateDatabase;
  }
}

/** The address of a migrated, empty Postgres database of this test file's own, dropped when the file is done. */
export async function useTestDatabase(): Promise<string> {
  const database = await copyTemplateDatabase(inject("templateDatabase"));
  afterAll(() => database.drop());
  return database.databaseUrl;
}
