import { samplerName } from "#client/sampler-names.ts";
import type { GenerateForm } from "./form-state.ts";

const NAMES = {
  model: "model",
  prompt: "prompt",
  negativePrompt: "negative prompt",
  count: "pictures",
  seed: "seed",
  steps: "steps",
  guidanceScale: "guidance",
  scheduler: "sampler",
  width: "width",
  height: "height",
  visibility: "visibility",
  source: "source",
  mask: "mask",
  strength: "strength",
  guidanceRescale: "guidance rescale",
  clipSkip: "clip skip",
  promptWeighting: "prompt weighting",
  guidanceFrom: "guidance from",
  guidanceTo: "guidance to",
  stages: "stages",
  apg: "projected guidance",
  stepCache: "step cache",
  stageInput: "first stage",
  imageEmbedding: "kept idea",
} as const satisfies Record<keyof GenerateForm, string>;

/** Too long to show old and new side by side, or nothing to read. */
const UNSHOWN: ReadonlySet<keyof GenerateForm> = new Set([
  "prompt",
  "negativePrompt",
  "source",
  "mask",
  "stages",
  "apg",
  "stepCache",
  "stageInput",
  "imageEmbedding",
]);

/** What a recall changed, in words: "prompt, steps 20 → 30". Null when nothing did. */
export function describeChanges(before: GenerateForm, after: GenerateForm): string | null {
  const changes: string[] = [];
  for (const [key, name] of Object.entries(NAMES) as [keyof GenerateForm, string][]) {
    if (identityOf(before, key) === identityOf(after, key)) continue;
    changes.push(UNSHOWN.has(key) ? name : `${name} ${show(before, key)} → ${show(after, key)}`);
  }
  return changes.length === 0 ? null : changes.join(", ");
}

/** Files are the same when their ids are, other things when all of their parts are. */
function identityOf(form: GenerateForm, key: keyof GenerateForm): unknown {
  if (key === "source" || key === "mask") return form[key]?.id;
  const value = form[key];
  return typeof value === "object" ? JSON.stringify(value) : value;
}

function show(form: GenerateForm, key: keyof GenerateForm): string {
  if (key === "scheduler") return samplerName(form.scheduler);
  if (key === "seed" && form.seed === "") return "random";
  if (key === "promptWeighting") return form.promptWeighting ? "on" : "off";
  const value = form[key];
  return typeof value === "object" ? "none" : String(value);
}
