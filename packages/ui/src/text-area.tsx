"use client";

import { Field } from "@base-ui/react/field";
import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { CONTROL_CLASSES } from "./control-classes.ts";

/** Several lines of text that grow with what is written, labelled by the Field around them. */
export function TextArea({ className, ...props }: ComponentProps<"textarea">) {
  return (
    <Field.Control
      render={
        <textarea
          {...props}
          className={classNames(CONTROL_CLASSES, "field-sizing-content max-h-72 resize-none py-2.5", className)}
        />
      }
    />
  );
}
