import type { GivenDatabase } from "./given-database.ts";

/** Nothing that we start calls home. */
const SILENT = {
  NEXT_TELEMETRY_DISABLED: "1",
  TURBO_TELEMETRY_DISABLED: "1",
  CHECKPOINT_DISABLE: "1",
  BETTER_AUTH_TELEMETRY: "0",
  DO_NOT_TRACK: "1",
} as const;

export interface StackSettings extends GivenDatabase {
  readonly betterAuthSecret: string;
  readonly url: string;
  readonly storageFolder: string;
  readonly repositoryRoot: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function buildEnvironment(own: Variables): Variables {
  return { ...own, ...SILENT, NODE_ENV: "production" };
}

/** The variables of worker and web app; what people set themselves wins where they may know better. */
export function stackEnvironment(own: Variables, settings: StackSettings): Variables {
  return {
    ...buildEnvironment(own),
    DATABASE_URL: settings.databaseUrl,
    DATABASE_DIRECT_URL: settings.directUrl,
    BETTER_AUTH_SECRET: own["BETTER_AUTH_SECRET"] ?? settings.betterAuthSecret,
    BETTER_AUTH_URL: own["BETTER_AUTH_URL"] ?? settings.url,
    MEZZOTINT_STORAGE: own["MEZZOTINT_STORAGE"] ?? settings.storageFolder,
    MEZZOTINT_ROOT: settings.repositoryRoot,
  };
}
