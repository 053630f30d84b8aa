import type { GenerationView } from "@mezzotint/contracts/generation";
import { pictureBeingDrawn } from "./feed-state.ts";

/** What a generation says about itself while it is on its way or when it came to nothing; null once it is done. */
export function statusLine(
  generation: GenerationView,
  progress: { readonly step: number; readonly steps: number } | null,
): string | null {
  switch (generation.status) {
    case "queued":
      return `${waitingLine(generation.ahead)}${againLine(generation.attempts)}`;
    case "running":
      return `${drawingLine(generation.count, progress)}${againLine(generation.attempts - 1)}`;
    case "cancelled":
      return "Cancelled";
    case "failed":
      return "Failed";
    case "succeeded":
      return generation.images.length === 0 ? "The pictures were removed" : null;
  }
}

function waitingLine(ahead: number | null): string {
  if (ahead === null || ahead === 0) return "Next in line";
  return `${ahead} ahead in line`;
}

function drawingLine(count: number, progress: { readonly step: number; readonly steps: number } | null): string {
  if (progress === null || progress.steps === 0) return "Getting ready";
  const { step, steps } = progress;
  const each = Math.max(1, Math.round(steps / count));
  const at = pictureBeingDrawn({ step, steps, count });
  const picture = count === 1 ? "" : `Picture ${at + 1} of ${count}, `;
  return `${picture}${count === 1 ? "Step" : "step"} ${Math.max(0, step - at * each)} of ${each}`;
}

function againLine(earlierTries: number): string {
  if (earlierTries <= 0) return "";
  return ` · started again, the last worker went away`;
}
