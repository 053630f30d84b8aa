"use client";

import { Button } from "@mezzotint/ui/button";
import { classNames } from "@mezzotint/ui/class-names";
import { useState } from "react";
import { CopyButton } from "#client/copy-button.tsx";

/** Longer prompts are set smaller, and open on demand: they would push everything else off the screen. */
const LONG = 160;

export function PromptTitle({ prompt }: { readonly prompt: string }) {
  const [isOpen, setOpen] = useState(false);
  const isLong = prompt.length > LONG;
  return (
    <div className="flex flex-col items-start">
      <div className="flex w-full items-start gap-2">
        <h1
          dir="auto"
          className={classNames(
            "min-w-0 flex-1 font-title tracking-tight wrap-anywhere",
            isLong ? "text-xl leading-snug" : "text-3xl leading-tight",
            !isOpen && "line-clamp-6",
          )}
        >
          {prompt}
        </h1>
        <CopyButton text={prompt} label="Copy prompt" className="px-2" />
      </div>
      {isLong && (
        <Button variant="ghost" size="small" className="-ml-3" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : "Show the whole prompt"}
        </Button>
      )}
    </div>
  );
}
