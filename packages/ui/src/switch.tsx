"use client";

import { Switch as BaseSwitch } from "@base-ui/react/switch";

export interface SwitchProps {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly "aria-label"?: string;
}

export function Switch({ disabled, ...props }: SwitchProps) {
  return (
    <BaseSwitch.Root
      {...props}
      disabled={disabled ?? false}
      className="inline-flex h-6 w-10 shrink-0 cursor-pointer items-center rounded-full border border-line-strong bg-mat p-0.5 transition-colors duration-150 data-checked:border-copper data-checked:bg-copper data-disabled:cursor-not-allowed data-disabled:opacity-50"
    >
      <BaseSwitch.Thumb className="size-4.5 rounded-full bg-ink-quiet transition-transform duration-150 data-checked:translate-x-4 data-checked:bg-on-copper" />
    </BaseSwitch.Root>
  );
}
