import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { asDatabaseError } from "@mezzotint/db/errors";
import { migrate } from "@mezzotint/db/migrate";
import type { Command } from "commander";
import { givenDatabase } from "../up/given-database.ts";
import { REPOSITORY_ROOT } from "../up/paths.ts";

/** `mezzotint migrate`: for installations that start their parts one by one; `up` does it by itself. */
export function registerMigrate(program: Command): void {
  program
    .command("migrate")
    .description("bring the database of DATABASE_URL to this version")
    .action(async () => {
      const given = givenDatabase(process.env);
      if (given === null) throw new MezzotintError("INVALID_INPUT", "DATABASE_URL is not set.");
      const migrationsFolder = path.join(REPOSITORY_ROOT, "prisma/migrations");
      const { applied } = await migrate({ databaseUrl: given.directUrl, migrationsFolder }).catch((error: unknown) => {
        throw asDatabaseError(error);
      });
      console.log(applied.length === 0 ? "up to date" : `applied: ${applied.join(", ")}`);
    });
}
