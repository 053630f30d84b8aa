"use client";

import { Button } from "@mezzotint/ui/button";
import { Icon } from "@mezzotint/ui/icon";
import { Popover } from "@mezzotint/ui/popover";
import { ThemeChoice } from "./theme-choice.tsx";

export function ThemeMenu() {
  return (
    <Popover
      label="Theme"
      trigger={
        <Button variant="ghost" size="icon" aria-label="Theme">
          <Icon name="theme" className="size-4.5" />
        </Button>
      }
    >
      <ThemeChoice />
    </Popover>
  );
}
