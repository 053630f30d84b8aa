"use client";

import { Field } from "@base-ui/react/field";
import type { RefObject } from "react";
import { classNames } from "./class-names.ts";
import { CONTROL_CLASSES } from "./control-classes.ts";

export interface TextAreaProps {
  readonly value: string;
  readonly onValueChange: (value: string) => void;
  readonly ref?: RefObject<HTMLTextAreaElement | null>;
  readonly name?: string;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly className?: string;
}

/** Several lines of text that grow with what is written, labelled by the Field around them. */
export function TextArea({ value, onValueChange, ref, rows, className, ...props }: TextAreaProps) {
  return (
    <Field.Control
      {...props}
      value={value}
      onValueChange={(next) => onValueChange(next)}
      render={
        <textarea
          ref={ref}
          dir="auto"
          rows={rows}
          className={classNames(CONTROL_CLASSES, "w-full field-sizing-content max-h-72 resize-none py-2.5", className)}
        />
      }
    />
  );
}
