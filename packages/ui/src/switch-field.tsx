"use client";

import { Field } from "@base-ui/react/field";
import { Switch as BaseSwitch } from "@base-ui/react/switch";
import { classNames } from "./class-names.ts";

export interface SwitchFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** Something that is on or off, with what either means. */
export function SwitchField({ label, hint, checked, onCheckedChange, disabled, className }: SwitchFieldProps) {
  return (
    <Field.Root className={classNames("flex items-center justify-between gap-4", className)}>
      <div className="min-w-0">
        <Field.Label className="cursor-pointer text-sm font-medium text-ink-soft">{label}</Field.Label>
        <Field.Description className="text-xs text-ink-quiet">{hint}</Field.Description>
      </div>
      <BaseSwitch.Root
        // The label finds its control only in the browser; until then the name stands here.
        aria-label={label}
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next)}
        disabled={disabled ?? false}
        className="inline-flex h-6 w-10 shrink-0 cursor-pointer items-center rounded-full border border-line-strong bg-mat p-0.5 transition-colors duration-150 data-checked:border-copper data-checked:bg-copper data-disabled:cursor-not-allowed data-disabled:opacity-50"
      >
        <BaseSwitch.Thumb className="size-4.5 rounded-full bg-ink-quiet transition-transform duration-150 data-checked:translate-x-4 data-checked:bg-on-copper" />
      </BaseSwitch.Root>
    </Field.Root>
  );
}
