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
} as const satisfies Record<keyof GenerateForm, string>;

/** Too long to show old and new side by side, or nothing to read. */
const UNSHOWN: ReadonlySet<keyof GenerateForm> = new Set(["prompt", "negativePrompt", "source", "mask", "stages"]);

/** What a recall changed, in words: "prompt, steps 20 → 30". Null when nothing did. */
export function describeChanges(before: GenerateForm, after: GenerateForm): string | null {
  const changes: string[] = [];
  for (const [key, name] of Object.entries(NAMES) as [keyof GenerateForm, string][]) {
    if (identityOf(before, key) === identityOf(after, key)) continue;
    changes.push(UNSHOWN.has(key) ? name : `${name} ${show(before, key)} → ${show(after, key)}`);
  }
  return changes.length === 0 ? null : changes.join(", ");
}

/** Files are the same when their ids are. */
function identityOf(form: GenerateForm, key: keyof GenerateForm): unknown {
  if (key === "stages") return JSON.stringify(form.stages);
  return key === "source" || key === "mask" ? form[key]?.id : form[key];
}

function show(form: GenerateForm, key: keyof GenerateForm): string {
  if (key === "scheduler") return samplerName(form.scheduler);
  if (key === "stages") return form.stages === null ? "usual" : `${form.stages.length} set`;
  if (key === "source" || key === "mask") return form[key] === null ? "none" : "a picture";
  if (key === "seed" && form.seed === "") return "random";
  if (key === "promptWeighting") return form.promptWeighting ? "on" : "off";
  return String(form[key] ?? "none");
}
