import "server-only";

/** One JSON line to stderr: what failed and where, for whoever runs the house. */
export function logError(place: string, error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.stack : undefined;
  process.stderr.write(`${JSON.stringify({ level: "error", app: "web", place, detail, cause })}\n`);
}
