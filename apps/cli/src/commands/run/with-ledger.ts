import { tmpdir } from "node:os";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { createDatabase } from "@mezzotint/db/client";
import { asDatabaseError } from "@mezzotint/db/errors";
import { findPerson } from "@mezzotint/services/account/find-person";
import type { ServiceContext } from "@mezzotint/services/context";
import { createFileStorage } from "@mezzotint/storage/file-storage";

/** Does something in the name of a person on the database of DATABASE_URL, and lets go of it. */
export async function withLedger<Result>(
  email: string | undefined,
  work: (ctx: ServiceContext) => Promise<Result>,
): Promise<Result> {
  const databaseUrl = process.env["DATABASE_URL"];
  if (databaseUrl === undefined || databaseUrl === "") {
    throw new MezzotintError("INVALID_INPUT", "DATABASE_URL is not set: it says where the runs are.");
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
