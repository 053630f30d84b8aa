"use client";

import type { ModelInfo } from "@mezzotint/contracts/model";
import { Button } from "@mezzotint/ui/button";
import { stageTitle } from "#client/stage-title.ts";
import type { FormStage } from "./form-state.ts";
import { NumberSlider } from "./number-slider.tsx";
import type { GenerateFormModel } from "./use-generate-form.ts";

type ModelStages = NonNullable<ModelInfo["stages"]>;

const STEPS_SLIDER_MAX = 60;
const GUIDANCE_SLIDER_MAX = 15;
const NOISE_LEVEL_MAX = 999;

export interface StagesPanelProps extends Pick<GenerateFormModel, "form" | "errors" | "change"> {
  readonly stages: ModelStages;
}

/** The way of a cascade: the sizes of its stages, and how each later one enlarges what the one before made. */
export function StagesPanel({ form, errors, change, stages }: StagesPanelProps) {
  const later = stages.slice(1);
  const settings = form.stages ?? later.map(usualOf);
  const put = (place: number, part: Partial<FormStage>) =>
    change({ stages: settings.map((stage, i) => (i === place ? { ...stage, ...part } : stage)) });
  return (
    <section aria-labelledby="stages-of-form" className="flex flex-col gap-4 border-y border-line py-4">
      <div className="flex items-center justify-between gap-3">
        <h2 id="stages-of-form" className="text-sm font-medium text-ink-soft">
          Stages
        </h2>
        {form.stages !== null && (
          <Button variant="ghost" size="small" className="-my-1 -mr-2 px-2" onClick={() => change({ stages: null })}>
            As usual
          </Button>
        )}
      </div>
      <ol className="flex flex-col gap-4">
        <li className="text-sm text-ink-quiet tabular-nums">{headOf(stages, 0)}, with the steps and guidance above</li>
        {later.map(({ name }, place) => (
          <li key={name} className="flex flex-col gap-4">
            <p className="text-sm text-ink-quiet tabular-nums">{headOf(stages, place + 1)}</p>
            <StageFields stage={settings[place]} label={`Stage ${place + 2}`} put={(part) => put(place, part)} />
          </li>
        ))}
      </ol>
      {errors.stages !== undefined && <p className="text-sm text-danger">{errors.stages}</p>}
    </section>
  );
}

interface StageFieldsProps {
  readonly stage: FormStage | undefined;
  readonly label: string;
  readonly put: (part: Partial<FormStage>) => void;
}

function StageFields({ stage, label, put }: StageFieldsProps) {
  return (
    <>
      <NumberSlider
        label={`${label} steps`}
        value={stage?.steps ?? null}
        onChange={(steps) => put({ steps })}
        error={undefined}
        min={1}
        max={STEPS_SLIDER_MAX}
      />
      <NumberSlider
        label={`${label} guidance`}
        value={stage?.guidanceScale ?? null}
        onChange={(guidanceScale) => put({ guidanceScale })}
        error={undefined}
        min={0}
        max={GUIDANCE_SLIDER_MAX}
        step={0.5}
      />
      <NumberSlider
        label={`${label} noise`}
        hint="Put on the smaller picture: more lets the stage invent more detail."
        value={stage?.noiseLevel ?? null}
        onChange={(noiseLevel) => put({ noiseLevel })}
        error={undefined}
        min={0}
        max={NOISE_LEVEL_MAX}
      />
    </>
  );
}

function usualOf({ steps, guidanceScale, noiseLevel }: ModelStages[number]): FormStage {
  return { steps, guidanceScale, noiseLevel };
}

function headOf(stages: ModelStages, index: number): string {
  const stage = stages[index];
  return stage === undefined ? "" : `${index + 1}. ${stageTitle(stage.name)}, ${stage.width} × ${stage.height}`;
}
