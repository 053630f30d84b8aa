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
} as const satisfies Record<keyof GenerateForm, string>;

/** Too long to show old and new side by side. */
const TEXTS: ReadonlySet<keyof GenerateForm> = new Set(["prompt", "negativePrompt"]);

/** What a recall changed, in words: "prompt, steps 20 → 30". Null when nothing did. */
export function describeChanges(before: GenerateForm, after: GenerateForm): string | null {
  const changes: string[] = [];
  for (const [key, name] of Object.entries(NAMES) as [keyof GenerateForm, string][]) {
    if (before[key] === after[key]) continue;
    changes.push(TEXTS.has(key) ? name : `${name} ${show(before, key)} → ${show(after, key)}`);
  }
  return changes.length === 0 ? null : changes.join(", ");
}

function show(form: GenerateForm, key: keyof GenerateForm): string {
  if (key === "scheduler") return samplerName(form.scheduler);
  if (key === "seed" && form.seed === "") return "random";
  return String(form[key] ?? "none");
}
