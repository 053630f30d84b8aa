"use client";

import { SegmentedControl, type Segment } from "@mezzotint/ui/segmented-control";
import { useState } from "react";
import { themeWorn, wearTheme, type Theme } from "#client/theme.ts";

const SEGMENTS = [
  { value: "system", label: "System" },
  { value: "paper", label: "Paper" },
  { value: "plate", label: "Plate" },
] as const satisfies readonly Segment<Theme>[];

/** Paper is light, plate is dark; the system decides until somebody does. Lives in popovers, hence in browsers only. */
export function ThemeChoice() {
  const [chosen, setChosen] = useState(themeWorn);
  function choose(next: Theme): void {
    setChosen(next);
    wearTheme(next);
  }
  return <SegmentedControl label="Theme" segments={SEGMENTS} value={chosen} onValueChange={choose} />;
}
