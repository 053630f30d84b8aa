"use client";

import { Button } from "@mezzotint/ui/button";
import { NO_EXTRAS, type GenerateForm } from "./form-state.ts";
import type { GenerateFormModel } from "./use-generate-form.ts";

/** What a recalled recipe asks for beyond the controls of this form, so that nothing works unseen. */
export function RecipeExtras({ form, errors, change }: Pick<GenerateFormModel, "form" | "errors" | "change">) {
  const lines = describeExtras(form);
  if (lines.length === 0) return null;
  const error = errors.apg ?? errors.stepCache ?? errors.stageInput ?? errors.imageEmbedding;
  return (
    <section aria-label="Taken over from the recipe" className="rounded-control bg-copper-wash px-3 py-2 text-sm">
      <div className="flex items-center justify-between gap-3">
        <p className="font-medium">Taken over from the recipe</p>
        <Button variant="ghost" size="small" className="-mr-2 px-2" onClick={() => change(NO_EXTRAS)}>
          Drop
        </Button>
      </div>
      <ul className="text-ink-soft tabular-nums">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {error !== undefined && <p className="text-danger">{error}</p>}
    </section>
  );
}

function describeExtras({ apg, stepCache, stageInput, imageEmbedding }: GenerateForm): string[] {
  const lines: string[] = [];
  if (stageInput !== null) {
    lines.push(`Begins at stage ${stageInput.stage + 1}, on what the stage before made. Dropped, all stages run.`);
  }
  if (imageEmbedding !== null) lines.push("Draws the idea kept of a picture. Dropped, the words decide it again.");
  if (apg !== null) lines.push(`Projected guidance: eta ${apg.eta}, norm ${apg.rescale}, momentum ${apg.momentum}`);
  if (stepCache !== null) lines.push(`Step cache: skips calls up to an error of ${stepCache.threshold}`);
  return lines;
}
