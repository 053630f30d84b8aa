import { availableParallelism } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { JobLane } from "@mezzotint/db/enums";
import type { Provider } from "@mezzotint/onnx/session";
import { LANES } from "@mezzotint/queue/job-state";
import { z } from "zod";

const REPOSITORY_ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Spelt out here, because the runtime itself is loaded in the engine host only. */
const PROVIDERS = ["cpu", "cuda", "tensorrt", "webgpu", "dml", "coreml"] as const satisfies readonly Provider[];

const Variables = z.object({
  DATABASE_URL: z.string("is not set").min(1, "is empty"),
  MEZZOTINT_STORAGE: z.string("is not set").min(1, "is empty"),
  MEZZOTINT_ROOT: z.string().min(1).default(REPOSITORY_ROOT),
  /** More folders that hold model folders, as PATH separates them. */
  MEZZOTINT_MODELS: z.string().default(""),
  MEZZOTINT_THREADS: z.coerce.number().int("is not a whole number").min(1).default(availableParallelism()),
  /** Where the networks run. */
  MEZZOTINT_PROVIDER: z.enum(PROVIDERS).default("cpu"),
  /** How many generations run at once and share model calls where they can. */
  MEZZOTINT_CAPACITY: z.coerce.number().int("is not a whole number").min(1).max(64).default(4),
  /** Which lanes it serves, separated by commas. */
  MEZZOTINT_LANES: z
    .string()
    .default(LANES.join(","))
    .transform((text) => text.split(",").map((name) => name.trim()))
    .pipe(z.array(z.enum(LANES)).min(1)),
  /** How much drawing, in milliseconds, a killed worker may cost a generation that has at least as much before it. */
  MEZZOTINT_CHECKPOINT_AFTER_MS: z.coerce.number().int("is not a whole number").min(0).default(10_000),
  /** How long a stopping worker may finish what it has before it hands it back. */
  MEZZOTINT_DRAIN_MS: z.coerce.number().int("is not a whole number").min(0).default(10_000),
});

export interface WorkerEnvironment {
  readonly databaseUrl: string;
  readonly storageFolder: string;
  readonly modelFolders: readonly string[];
  readonly provider: Provider;
  readonly threads: number;
  readonly capacity: number;
  readonly lanes: readonly JobLane[];
  readonly checkpointAfterMs: number;
  readonly drainMs: number;
}

/** The worker's settings from environment variables; INVALID_INPUT names each that is wrong. */
export function parseEnvironment(variables: Readonly<Record<string, string | undefined>>): WorkerEnvironment {
  const result = Variables.safeParse(variables);
  if (!result.success) {
    const sentences = result.error.issues.map(({ path, message }) => `${path.join(".")} ${message}.`);
    throw new MezzotintError("INVALID_INPUT", sentences.join(" "));
  }
  const { data } = result;
  const more = data.MEZZOTINT_MODELS.split(delimiter).filter((folder) => folder !== "");
  return {
    databaseUrl: data.DATABASE_URL,
    storageFolder: resolve(data.MEZZOTINT_STORAGE),
    modelFolders: [join(data.MEZZOTINT_ROOT, "models"), ...more.map((folder) => resolve(folder))],
    provider: data.MEZZOTINT_PROVIDER,
    threads: data.MEZZOTINT_THREADS,
    capacity: data.MEZZOTINT_CAPACITY,
    lanes: LANES.filter((lane) => data.MEZZOTINT_LANES.includes(lane)),
    checkpointAfterMs: data.MEZZOTINT_CHECKPOINT_AFTER_MS,
    drainMs: data.MEZZOTINT_DRAIN_MS,
  };
}
