import { availableParallelism } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import type { JobLane } from "@mezzotint/db/enums";
import { parseDevices, type DeviceWish } from "@mezzotint/onnx/device";
import { LANES } from "@mezzotint/queue/job-state";
import { z } from "zod";

const REPOSITORY_ROOT = fileURLToPath(new URL("../../..", import.meta.url));

const Variables = z.object({
  DATABASE_URL: z.string("is not set").min(1, "is empty"),
  /** Past a pooler, for the session that holds a lock and the one that listens. */
  DATABASE_DIRECT_URL: z.string().min(1, "is empty").optional(),
  MEZZOTINT_STORAGE: z.string("is not set").min(1, "is empty"),
  MEZZOTINT_ROOT: z.string().min(1).default(REPOSITORY_ROOT),
  /** More folders that hold model folders, as PATH separates them. */
  MEZZOTINT_MODELS: z.string().default(""),
  /** Of one network; the slots on the CPU share the cores when absent. */
  MEZZOTINT_THREADS: z.coerce.number().int("is not a whole number").min(1).optional(),
  /** Devices, an engine host on each; a number for so many of the best ones. */
  MEZZOTINT_SLOTS: z.string().default("auto").transform(parseSlots),
  /** How many generations run at once on each slot and share model calls where they can. */
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

function parseSlots(text: string, context: z.RefinementCtx): DeviceWish[] {
  try {
    return parseDevices(text);
  } catch (error) {
    context.addIssue({ code: "custom", message: toMezzotintError(error).message });
    return z.NEVER;
  }
}

export interface WorkerEnvironment {
  readonly databaseUrl: string;
  /** Where sessions that must stay one session are opened; `databaseUrl` when absent. */
  readonly directUrl?: string | undefined;
  readonly storageFolder: string;
  readonly modelFolders: readonly string[];
  readonly slots: readonly DeviceWish[];
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
    directUrl: data.DATABASE_DIRECT_URL,
    storageFolder: resolve(data.MEZZOTINT_STORAGE),
    modelFolders: [join(data.MEZZOTINT_ROOT, "models"), ...more.map((folder) => resolve(folder))],
    slots: data.MEZZOTINT_SLOTS,
    threads: data.MEZZOTINT_THREADS ?? Math.max(1, Math.floor(availableParallelism() / data.MEZZOTINT_SLOTS.length)),
    capacity: data.MEZZOTINT_CAPACITY,
    lanes: LANES.filter((lane) => data.MEZZOTINT_LANES.includes(lane)),
    checkpointAfterMs: data.MEZZOTINT_CHECKPOINT_AFTER_MS,
    drainMs: data.MEZZOTINT_DRAIN_MS,
  };
}
