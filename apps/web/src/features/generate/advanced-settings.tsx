"use client";

import { CLIP_SKIP_MAX } from "@mezzotint/contracts/recipe";
import { SwitchField } from "@mezzotint/ui/switch-field";
import { useId, useState } from "react";
import type { GenerateForm } from "./form-state.ts";
import { NumberSlider } from "./number-slider.tsx";
import type { GenerateFormModel } from "./use-generate-form.ts";

export type AdvancedSettingsProps = Pick<GenerateFormModel, "form" | "errors" | "change">;

/** What few people change. It opens by itself once something of it is set, so that nothing works unseen. */
export function AdvancedSettings({ form, errors, change }: AdvancedSettingsProps) {
  const id = useId();
  const isSet = isUnusual(form);
  const [isOpen, setOpen] = useState(isSet);
  const [wasSet, setWasSet] = useState(isSet);
  if (isSet !== wasSet) {
    setWasSet(isSet);
    if (isSet) setOpen(true);
  }
  return (
    <details
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="border-y border-line py-3"
    >
      <summary
        id={id}
        className="cursor-pointer rounded-sm text-sm font-medium text-ink-soft select-none hover:text-ink"
      >
        Advanced
      </summary>
      <div role="group" aria-labelledby={id} className="mt-4 flex flex-col gap-5">
        <NumberSlider
          label="Guidance rescale"
          hint="Takes back contrast that strong guidance adds."
          value={form.guidanceRescale}
          onChange={(guidanceRescale) => change({ guidanceRescale })}
          error={errors.guidanceRescale}
          min={0}
          max={1}
          step={0.05}
        />
        <NumberSlider
          label="Guidance from"
          hint="The share of the steps after which guidance works."
          value={form.guidanceFrom}
          onChange={(guidanceFrom) => change({ guidanceFrom })}
          error={errors.guidanceFrom}
          min={0}
          max={1}
          step={0.05}
        />
        <NumberSlider
          label="Guidance to"
          hint="The share of the steps up to which it works."
          value={form.guidanceTo}
          onChange={(guidanceTo) => change({ guidanceTo })}
          error={errors.guidanceTo}
          min={0}
          max={1}
          step={0.05}
        />
        <NumberSlider
          label="Clip skip"
          hint="Leaves out the last layers of the text encoder, where the model lets it."
          value={form.clipSkip}
          onChange={(clipSkip) => change({ clipSkip })}
          error={errors.clipSkip}
          min={0}
          max={CLIP_SKIP_MAX}
        />
        <SwitchField
          label="Prompt weighting"
          hint="(word:1.2) counts more, [word] less."
          checked={form.promptWeighting}
          onCheckedChange={(promptWeighting) => change({ promptWeighting })}
        />
      </div>
    </details>
  );
}

function isUnusual({ guidanceRescale, guidanceFrom, guidanceTo, clipSkip, promptWeighting }: GenerateForm): boolean {
  return guidanceRescale !== 0 || guidanceFrom !== 0 || guidanceTo !== 1 || clipSkip !== 0 || promptWeighting;
}
