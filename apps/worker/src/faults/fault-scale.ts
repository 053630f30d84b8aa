/** How often each fault is made: few times inside `npm test`, as often as asked by `npm run test:faults`. */
export const IS_LONG = process.env["MEZZOTINT_FAULTS"] === "long";

const MINUTE_MS = 60_000;

export const WORKER_KILLS = countOf("MEZZOTINT_FAULTS_WORKERS", { short: 1, long: 100 });
export const DATABASE_KILLS = countOf("MEZZOTINT_FAULTS_DATABASES", { short: 1, long: 20 });
/** Not an expectation, only the end of hope. */
export const LIMIT_MS = IS_LONG ? 60 * MINUTE_MS : 15 * MINUTE_MS;

function countOf(variable: string, counts: { readonly short: number; readonly long: number }): number {
  if (!IS_LONG) return counts.short;
  const asked = process.env[variable];
  return asked === undefined ? counts.long : Number.parseInt(asked, 10);
}
