"use client";

import { Field as BaseField } from "@base-ui/react/field";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

export interface FieldProps {
  readonly label: string;
  readonly children: ReactNode;
  /** Shown right of the label, such as a counter or a small control. */
  readonly aside?: ReactNode;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly name?: string | undefined;
  readonly className?: string | undefined;
}

/** A label, a control, and the sentence that says what is wrong with it. */
export function Field({ label, children, aside, hint, error, name, className }: FieldProps) {
  return (
    <BaseField.Root
      {...(name === undefined ? {} : { name })}
      invalid={error !== undefined}
      className={classNames("flex min-w-0 flex-col gap-1.5", className)}
    >
      <div className="flex min-h-5 items-center justify-between gap-3">
        <BaseField.Label className="text-sm font-medium text-ink-soft">{label}</BaseField.Label>
        {aside}
      </div>
      {children}
      {hint !== undefined && error === undefined && (
        <BaseField.Description className="text-xs text-ink-quiet">{hint}</BaseField.Description>
      )}
      <FieldError>{error}</FieldError>
    </BaseField.Root>
  );
}

function FieldError({ children }: { readonly children: string | undefined }) {
  return (
    <BaseField.Error match={children !== undefined} className="text-sm text-danger">
      {children}
    </BaseField.Error>
  );
}
