import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError, toMezzotintError } from "@mezzotint/contracts/errors";
import type { Json } from "@mezzotint/contracts/json";
import { z } from "zod";
import { loadModel, type LoadedModel, type LoadOptions } from "../load-model.ts";
import { parsePythonJson } from "../model-folder/read-json-file.ts";
import { placeOf, readCaseArray, type CasePlaces } from "./case-places.ts";
import { arrayDifference, figureDifference } from "./compare.ts";
import type { Measured, ParityCase, ParityKinds } from "./parity-kind.ts";

const Case = z.looseObject({
  kind: z.string(),
  tolerance: z.record(z.string(), z.number().min(0)),
  arrays: z.record(z.string(), z.string()).default({}),
  expected: z.json().optional(),
});
type Case = z.infer<typeof Case>;

export interface ParityOptions extends CasePlaces {
  readonly kinds: ParityKinds;
  readonly load?: LoadOptions;
}

export interface ParityResult {
  readonly case: string;
  /** Empty when case.json could not be read. */
  readonly kind: string;
  readonly ok: boolean;
  /** The largest difference of every array or figure that was compared. */
  readonly differences: Readonly<Record<string, number>>;
  readonly tolerance: Readonly<Record<string, number>>;
  readonly error?: string;
}

/**
 * Runs every case.json at or below `root` through our own code, in the order of their paths; a case that cannot run
 * fails with its reason, and the next one goes on. Throws NOT_FOUND when the folder cannot be read.
 */
export async function* runParity(options: ParityOptions): AsyncGenerator<ParityResult> {
  const models = new Map<string, Promise<LoadedModel>>();
  try {
    for (const file of await findCases(options.root)) yield await runCase(file, options, models);
  } finally {
    for (const model of await Promise.allSettled(models.values())) {
      if (model.status === "fulfilled") await model.value.dispose();
    }
  }
}

async function findCases(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true }).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `folder ${root} cannot be read`, { cause });
  });
  const cases = entries.filter((entry) => path.basename(entry) === "case.json");
  return cases.toSorted().map((entry) => path.join(root, entry));
}

async function runCase(
  file: string,
  options: ParityOptions,
  models: Map<string, Promise<LoadedModel>>,
): Promise<ParityResult> {
  const folder = path.dirname(file);
  const name = path.relative(options.root, folder) || path.basename(path.resolve(folder));
  let result: ParityResult = { case: name, kind: "", ok: false, differences: {}, tolerance: {} };
  try {
    const content = Case.parse(parsePythonJson(await readFile(file, "utf8")));
    result = { ...result, kind: content.kind, tolerance: content.tolerance };
    const kind = options.kinds[content.kind];
    if (kind === undefined)
      throw new MezzotintError("UNSUPPORTED", `cases of kind ${content.kind} are not supported yet`);
    const tolerance = { ...kind.tolerance, ...content.tolerance };
    const parityCase = openCase({ content, folder, options, models });
    const differences = await compare(content, await kind.run(parityCase), parityCase);
    const ok = Object.entries(differences).every(([key, difference]) => difference <= (tolerance[key] ?? 0));
    return { ...result, ok, differences, tolerance };
  } catch (thrown) {
    const message = thrown instanceof z.ZodError ? z.prettifyError(thrown) : toMezzotintError(thrown).message;
    return { ...result, error: message.replaceAll(/\s*\n\s*/g, " ") };
  }
}

interface OpenCaseInput {
  readonly content: Case;
  readonly folder: string;
  readonly options: ParityOptions;
  readonly models: Map<string, Promise<LoadedModel>>;
}

function openCase({ content, folder, options, models }: OpenCaseInput): ParityCase {
  const pipelineFolder = (name: string) => placeOf(options, "pipelines", name);
  return {
    content,
    folder,
    pipelineFolder,
    tokenizerFolder: (name) => placeOf(options, "tokenizers", name),
    array: async (name) => {
      const file = content.arrays[name];
      if (file === undefined) throw new MezzotintError("NOT_FOUND", `the case lists no array ${name}`);
      return readCaseArray(folder, file);
    },
    model: async (name) => {
      const place = await pipelineFolder(name);
      const model = models.get(place) ?? loadModel(place, options.load);
      models.set(place, model);
      return model;
    },
  };
}

/** Differences of everything measured that the case records. Throws INVALID_INPUT when a tolerance finds nothing. */
async function compare(content: Case, measured: Measured, parityCase: ParityCase): Promise<Record<string, number>> {
  const differences: Record<string, number> = {};
  for (const [name, array] of Object.entries(measured.arrays ?? {})) {
    if (content.arrays[name] === undefined) continue;
    differences[name] = arrayDifference(array, await parityCase.array(name));
  }
  if (content.expected !== undefined) {
    const figures = figureDifference(measured.expected, content.expected as Json);
    for (const key of ["absolute", "relative"] as const) if (key in content.tolerance) differences[key] = figures[key];
  }
  const missing = Object.keys(content.tolerance).filter((key) => !(key in differences));
  if (missing.length === 0 && Object.keys(differences).length > 0) return differences;
  throw new MezzotintError("INVALID_INPUT", `nothing was compared for ${missing.join(", ") || "this case"}`);
}
