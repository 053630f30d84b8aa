"use client";

import { Progress } from "@base-ui/react/progress";

export interface ProgressBarProps {
  readonly label: string;
  /** From 0 to `max`; null when nothing is known yet. */
  readonly value: number | null;
  readonly max: number;
}

export function ProgressBar({ label, value, max }: ProgressBarProps) {
  return (
    <Progress.Root value={value} max={max} aria-label={label}>
      <Progress.Track className="h-1 w-full overflow-hidden rounded-full bg-line">
        <Progress.Indicator className="h-full rounded-full bg-copper transition-[width] duration-300 ease-out" />
      </Progress.Track>
    </Progress.Root>
  );
}
