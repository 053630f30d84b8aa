import { Prisma } from "@mezzotint/db/prisma";

/** The first of the two advisory lock keys of a worker, "mezz" in ASCII; the second is its row's lock key. */
export const WORKER_LOCK_CLASS = 0x6d65_7a7a;

/**
 * The condition that a row of `worker` lives: its database session still holds its advisory lock. Postgres drops the
 * lock the moment that session ends, kill -9 included, so nobody has to wait for a timeout.
 */
export function isWorkerAlive(alias: "w"): Prisma.Sql {
  return Prisma.sql`(${Prisma.raw(alias)}.ended_at IS NULL AND EXISTS (
    SELECT FROM pg_locks held
    WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 2
      AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND held.classid = ${Prisma.raw(String(WORKER_LOCK_CLASS))}::oid
      AND held.objid = ${Prisma.raw(alias)}.lock_key::oid
  ))`;
}
