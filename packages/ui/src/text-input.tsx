"use client";

import { Field } from "@base-ui/react/field";
import { classNames } from "./class-names.ts";
import { CONTROL_CLASSES } from "./control-classes.ts";

export interface TextInputProps extends Omit<Field.Control.Props, "className"> {
  readonly className?: string | undefined;
}

/** One line of text, labelled by the Field around it. */
export function TextInput({ className, ...props }: TextInputProps) {
  return (
    <Field.Control
      {...props}
      className={classNames(CONTROL_CLASSES, "h-9 w-full min-w-0 pointer-coarse:h-11", className)}
    />
  );
}
