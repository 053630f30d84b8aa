import { Prisma } from "@mezzotint/db/prisma";

/**
 * What remains now of `seconds` noted at `notedAt`: half after ten minutes, so that who worked the machines yesterday
 * starts today like everybody else. The rule itself is a function of the database, for the triggers of the line need it.
 */
export function decayed(seconds: Prisma.Sql, notedAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`decayed(${seconds}, ${notedAt})`;
}
