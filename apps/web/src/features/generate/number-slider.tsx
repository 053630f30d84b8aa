"use client";

import { Field } from "@mezzotint/ui/field";
import { NumberField } from "@mezzotint/ui/number-field";
import { Slider } from "@mezzotint/ui/slider";

export interface NumberSliderProps {
  readonly label: string;
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly error: string | undefined;
  readonly hint?: string;
  readonly min: number;
  /** Where the slider ends; larger numbers can be typed. */
  readonly max: number;
  readonly step?: number;
}

export function NumberSlider({ label, value, onChange, error, hint, min, max, step }: NumberSliderProps) {
  return (
    <Field
      label={label}
      error={error}
      hint={hint}
      aside={<NumberField bare value={value} onValueChange={onChange} step={step ?? 1} />}
    >
      <Slider label={label} value={value ?? min} onValueChange={onChange} min={min} max={max} step={step ?? 1} />
    </Field>
  );
}
