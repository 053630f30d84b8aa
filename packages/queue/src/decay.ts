import { Prisma } from "@mezzotint/db/prisma";

/** Use counts for half after this long: who worked the machines yesterday starts today like everybody else. */
const HALF_LIFE_SECONDS = 600;
/** More half-lives than this are none at all, and `power` would underflow. */
const HALF_LIVES_MAX = 60;

/**
 * What remains now of `seconds` noted at `notedAt`. A note from the future, by a clock that was set back, counts whole.
 */
export function decayed(seconds: Prisma.Sql, notedAt: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${seconds} * power(0.5::float8, least(
    greatest(extract(epoch FROM now() - ${notedAt})::float8 / ${HALF_LIFE_SECONDS}::float8, 0), ${HALF_LIVES_MAX}::float8
  )))`;
}
