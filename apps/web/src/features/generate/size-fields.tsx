"use client";

import type { ModelInfo } from "@mezzotint/contracts/model";
import { Field } from "@mezzotint/ui/field";
import { NumberField } from "@mezzotint/ui/number-field";
import type { FormErrors, GenerateForm } from "./form-state.ts";

export interface SizeFieldsProps {
  readonly form: GenerateForm;
  readonly errors: FormErrors;
  readonly model: ModelInfo;
  readonly change: (part: Partial<GenerateForm>) => void;
}

export function SizeFields({ form, errors, model, change }: SizeFieldsProps) {
  const { width, height } = model.defaults;
  if (model.fixedSize && form.width === width && form.height === height) {
    return (
      <p className="flex justify-between gap-3 text-sm">
        <span className="font-medium text-ink-soft">Size</span>
        <span className="text-ink-quiet tabular-nums" title="This model draws no other size.">
          {width} × {height} pixels
        </span>
      </p>
    );
  }
  return (
    <div className="grid grid-cols-2 gap-3">
      <Field label="Width" error={errors.width}>
        <NumberField value={form.width} onValueChange={(next) => change({ width: next })} step={model.sizeMultiple} />
      </Field>
      <Field label="Height" error={errors.height}>
        <NumberField value={form.height} onValueChange={(next) => change({ height: next })} step={model.sizeMultiple} />
      </Field>
    </div>
  );
}
