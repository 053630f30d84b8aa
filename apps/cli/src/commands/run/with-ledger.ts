import { tmpdir } from "node:os";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { createDatabase } from "@mezzotint/db/client";
import { readEmbeddedUrl } from "@mezzotint/db/embedded-postgres";
import { asDatabaseError } from "@mezzotint/db/errors";
import { findPerson } from "@mezzotint/services/account/find-person";
import type { ServiceContext } from "@mezzotint/services/context";
import { createFileStorage } from "@mezzotint/storage/file-storage";
import { givenDatabase } from "../up/given-database.ts";
import { OWN_DATA_FOLDER, type LedgerFlags } from "./ledger-options.ts";

/** Does something in the name of a person on the database of DATABASE_URL, or of a running studio, and lets go of it. */
export async function withLedger<Result>(
  { as: email, data = OWN_DATA_FOLDER }: LedgerFlags,
  work: (ctx: ServiceContext) => Promise<Result>,
): Promise<Result> {
  const databaseUrl = givenDatabase(process.env)?.databaseUrl ?? (await readEmbeddedUrl(data));
  if (databaseUrl === null) {
    const message = `No studio has been started with its data in ${data}: name another with --data, or set DATABASE_URL.`;
    throw new MezzotintError("NOT_FOUND", message);
  }
  const db = createDatabase(databaseUrl);
  try {
    // Nothing here opens a picture's file.
    const storage = createFileStorage(process.env["MEZZOTINT_STORAGE"] ?? tmpdir());
    const actor = await findPerson({ ctx: { db }, input: { email: email ?? null } });
    return await work({ db, storage, actor, now: () => new Date() });
  } catch (error) {
    throw asDatabaseError(error);
  } finally {
    await db.close();
  }
}
