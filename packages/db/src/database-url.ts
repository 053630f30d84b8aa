import { MezzotintError } from "@mezzotint/contracts/errors";

/** A Postgres address, checked: a typing error should be a sentence, not a stack from inside the driver. */
export function parseDatabaseUrl(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl) || !/^postgres(ql)?:$/.test(new URL(databaseUrl).protocol)) {
    throw new MezzotintError("INVALID_INPUT", "DATABASE_URL must look like postgresql://user:password@host:port/name");
  }
  return databaseUrl;
}
