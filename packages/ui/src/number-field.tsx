"use client";

import { NumberField as BaseNumberField } from "@base-ui/react/number-field";
import { Minus, Plus } from "lucide-react";
import { classNames } from "./class-names.ts";
import { CONTROL_CLASSES } from "./control-classes.ts";

export interface NumberFieldProps {
  readonly value: number | null;
  readonly onValueChange: (value: number | null) => void;
  readonly min?: number;
  readonly step?: number;
  readonly disabled?: boolean;
  /** Only the number, for use beside a slider that already has handles. */
  readonly bare?: boolean;
  readonly className?: string;
}

const STEPPER_CLASSES =
  "flex h-full w-9 items-center justify-center text-ink-quiet hover:text-ink data-disabled:opacity-40 pointer-coarse:w-11";

/** A number as people type it; null while the text is no number. Limits are the schema's to state, not the browser's. */
export function NumberField({ value, onValueChange, min, step, disabled, bare, className }: NumberFieldProps) {
  return (
    <BaseNumberField.Root
      value={value}
      onValueChange={onValueChange}
      step={step ?? 1}
      disabled={disabled ?? false}
      allowOutOfRange
      format={{ useGrouping: false, maximumFractionDigits: 3 }}
      locale="en-US"
      {...(min === undefined ? {} : { min })}
    >
      <BaseNumberField.Group
        className={classNames(
          CONTROL_CLASSES,
          "flex items-center px-0 has-focus-visible:border-copper",
          bare === true ? "h-7 w-16 pointer-coarse:h-9" : "h-9 w-full pointer-coarse:h-11",
          className,
        )}
      >
        {bare !== true && (
          <BaseNumberField.Decrement className={STEPPER_CLASSES}>
            <Minus className="size-3.5" aria-hidden />
          </BaseNumberField.Decrement>
        )}
        <BaseNumberField.Input className="h-full w-full min-w-0 bg-transparent text-center tabular-nums outline-none" />
        {bare !== true && (
          <BaseNumberField.Increment className={STEPPER_CLASSES}>
            <Plus className="size-3.5" aria-hidden />
          </BaseNumberField.Increment>
        )}
      </BaseNumberField.Group>
    </BaseNumberField.Root>
  );
}
