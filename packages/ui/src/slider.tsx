"use client";

import { Slider as BaseSlider } from "@base-ui/react/slider";

export interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly onValueChange: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
}

/** A quick way to a rough number; the exact one is typed beside it. Values beyond its ends rest at the end. */
export function Slider({ label, value, onValueChange, min, max, step }: SliderProps) {
  return (
    <BaseSlider.Root
      value={Math.min(max, Math.max(min, value))}
      onValueChange={(next) => onValueChange(next)}
      min={min}
      max={max}
      step={step ?? 1}
    >
      <BaseSlider.Control className="flex w-full touch-none select-none items-center py-2 pointer-coarse:py-3">
        <BaseSlider.Track className="h-1 w-full rounded-full bg-line">
          <BaseSlider.Indicator className="rounded-full bg-copper" />
          <BaseSlider.Thumb
            aria-label={label}
            className="size-4 rounded-full border-2 border-copper bg-raised has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-copper pointer-coarse:size-5"
          />
        </BaseSlider.Track>
      </BaseSlider.Control>
    </BaseSlider.Root>
  );
}
