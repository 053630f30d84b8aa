import "server-only";
import { z } from "zod";

const Environment = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "DATABASE_URL must be a postgres:// address." }),
  /** Past a pooler, for the session that listens. */
  DATABASE_DIRECT_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: "DATABASE_DIRECT_URL must be a postgres:// address." })
    .optional(),
  BETTER_AUTH_SECRET: z.string().min(32, "BETTER_AUTH_SECRET needs at least 32 characters."),
  BETTER_AUTH_URL: z.url({ protocol: /^https?$/, error: "BETTER_AUTH_URL must be the http(s) address people open." }),
  MEZZOTINT_STORAGE: z.string().min(1, "MEZZOTINT_STORAGE must be the folder that keeps the pictures."),
});

export type Environment = z.infer<typeof Environment>;

let parsed: Environment | undefined;

/** The environment, parsed on first use: a build has none, a server cannot do without. */
export function readEnvironment(): Environment {
  parsed ??= Environment.parse(process.env);
  return parsed;
}
