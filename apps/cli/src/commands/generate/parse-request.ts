import { randomInt } from "node:crypto";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { GenerationRequest, modelObjection, recipeOfRequest } from "@mezzotint/contracts/generation";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";

/** The options of the command line, as text. */
export interface GenerateFlags {
  readonly model: string;
  readonly negative: string;
  readonly seed?: string;
  readonly steps?: string;
  readonly guidance?: string;
  readonly scheduler?: string;
  readonly width?: string;
  readonly height?: string;
  readonly count: string;
  readonly out: string;
  readonly image?: string;
  readonly mask?: string;
  readonly strength?: string;
  readonly threads?: string;
  readonly provider: string;
  readonly json?: boolean;
}

/** What people know the fields of a request by. */
const FLAG_NAMES: Readonly<Record<string, string>> = {
  prompt: "prompt",
  negativePrompt: "--negative",
  guidanceScale: "--guidance",
};

const SEED_END = 2 ** 32;

/** The recipe of the first picture and the count. Throws INVALID_INPUT naming every option that is wrong. */
export function parseRequest(
  prompt: string,
  flags: GenerateFlags,
  model: ModelInfo,
): { recipe: Recipe; count: number } {
  const { defaults } = model;
  const result = GenerationRequest.safeParse({
    model: model.name,
    prompt,
    negativePrompt: flags.negative,
    count: Number(flags.count),
    seed: flags.seed ?? null,
    steps: numberOr(flags.steps, defaults.steps),
    guidanceScale: numberOr(flags.guidance, defaults.guidanceScale),
    scheduler: flags.scheduler ?? defaults.scheduler,
    width: numberOr(flags.width, defaults.width),
    height: numberOr(flags.height, defaults.height),
  });
  if (!result.success) {
    const wrong = result.error.issues.map(({ path, message }) => sentence(String(path[0]), message));
    throw new MezzotintError("INVALID_INPUT", [...new Set(wrong)].join(" "));
  }
  const objection = modelObjection(result.data, model);
  if (objection !== null) throw new MezzotintError("INVALID_INPUT", objection + hintFor(result.data, model));
  const seed = result.data.seed ?? randomInt(SEED_END).toString();
  return { recipe: recipeOfRequest(result.data, model, seed), count: result.data.count };
}

/** Whole number of at least 1 from an option. Throws INVALID_INPUT otherwise. */
export function parseThreads(text: string): number {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new MezzotintError("INVALID_INPUT", `--threads: expected a whole number of 1 or more, got ${text}`);
}

function numberOr(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  // Number("") is 0, which nobody meant.
  return text.trim() === "" ? Number.NaN : Number(text);
}

function sentence(field: string, message: string): string {
  return `${FLAG_NAMES[field] ?? `--${field}`}: ${message}`;
}

function hintFor({ scheduler }: GenerationRequest, { schedulers }: ModelInfo): string {
  const names = schedulers.map(({ _class_name }) => _class_name);
  return names.includes(scheduler) ? "" : ` It can use ${names.join(", ")}.`;
}
