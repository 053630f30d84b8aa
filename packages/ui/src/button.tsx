"use client";

import { Button as BaseButton } from "@base-ui/react/button";
import { buttonClasses, type ButtonSize, type ButtonVariant } from "./button-classes.ts";
import { classNames } from "./class-names.ts";

export interface ButtonProps extends Omit<BaseButton.Props, "className"> {
  readonly variant?: ButtonVariant | undefined;
  readonly size?: ButtonSize | undefined;
  readonly className?: string | undefined;
}

export function Button({ variant, size, className, ...props }: ButtonProps) {
  return <BaseButton {...props} className={classNames(buttonClasses({ variant, size }), className)} />;
}
