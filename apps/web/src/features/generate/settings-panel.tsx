"use client";

import type { ListedModel } from "@mezzotint/services/model/list";
import { Field } from "@mezzotint/ui/field";
import { Select } from "@mezzotint/ui/select";
import { SwitchField } from "@mezzotint/ui/switch-field";
import { TextArea } from "@mezzotint/ui/text-area";
import { samplerName } from "#client/sampler-names.ts";
import { AdvancedSettings } from "./advanced-settings.tsx";
import { NumberSlider } from "./number-slider.tsx";
import { SeedField } from "./seed-field.tsx";
import { SizeFields } from "./size-fields.tsx";
import { StagesPanel } from "./stages-panel.tsx";
import type { GenerateFormModel } from "./use-generate-form.ts";

const STEPS_SLIDER_MAX = 60;
const GUIDANCE_SLIDER_MAX = 15;

export interface SettingsPanelProps extends GenerateFormModel {
  readonly models: readonly ListedModel[];
  readonly lastSeed: string | null;
}

export function SettingsPanel({ form, errors, model, change, chooseModel, models, lastSeed }: SettingsPanelProps) {
  return (
    <div className="flex flex-col gap-5">
      <Field label="Model" error={errors.model} hint={model?.description}>
        <Select
          options={models.map(({ name, title, available }) => ({
            value: name,
            label: title,
            note: available ? undefined : "no worker",
          }))}
          value={form.model}
          onValueChange={chooseModel}
          placeholder={form.model === "" ? "No model yet" : form.model}
        />
      </Field>
      <SeedField value={form.seed} onChange={(seed) => change({ seed })} error={errors.seed} lastSeed={lastSeed} />
      <NumberSlider
        label="Steps"
        value={form.steps}
        onChange={(steps) => change({ steps })}
        error={errors.steps}
        min={1}
        max={STEPS_SLIDER_MAX}
      />
      <NumberSlider
        label="Guidance"
        value={form.guidanceScale}
        onChange={(guidanceScale) => change({ guidanceScale })}
        error={errors.guidanceScale}
        min={0}
        max={GUIDANCE_SLIDER_MAX}
        step={0.5}
      />
      {model !== null && (
        <Field label="Sampler" error={errors.scheduler}>
          <Select
            options={model.schedulers.map(({ _class_name }) => ({
              value: _class_name,
              label: samplerName(_class_name),
            }))}
            value={form.scheduler}
            onValueChange={(scheduler) => change({ scheduler })}
            placeholder={samplerName(form.scheduler)}
          />
        </Field>
      )}
      {model !== null && <SizeFields form={form} errors={errors} model={model} change={change} />}
      {model?.stages !== undefined && <StagesPanel form={form} errors={errors} change={change} stages={model.stages} />}
      <Field label="Negative prompt" error={errors.negativePrompt}>
        <TextArea
          rows={2}
          value={form.negativePrompt}
          onValueChange={(negativePrompt) => change({ negativePrompt })}
          placeholder="What it should not show"
        />
      </Field>
      {model?.family === "latent-diffusion" && <AdvancedSettings form={form} errors={errors} change={change} />}
      <SwitchField
        label="Public"
        hint={form.visibility === "public" ? "Anybody sees the pictures." : "Only your team sees the pictures."}
        checked={form.visibility === "public"}
        onCheckedChange={(isPublic) => change({ visibility: isPublic ? "public" : "team" })}
      />
    </div>
  );
}
