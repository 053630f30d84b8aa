"use client";

import { Button } from "@mezzotint/ui/button";
import { classNames } from "@mezzotint/ui/class-names";
import { useEffect, useRef, useState, type RefObject } from "react";
import { CopyButton } from "#client/copy-button.tsx";

/** Longer prompts are set smaller, and open on demand: they would push everything else off the screen. */
const LONG = 160;

export function PromptTitle({ prompt }: { readonly prompt: string }) {
  const [isOpen, setOpen] = useState(false);
  const isLong = prompt.length > LONG;
  const title = useRef<HTMLHeadingElement>(null);
  const isCut = useIsCut(title);
  return (
    <div className="flex flex-col items-start">
      <div className="flex w-full items-start gap-2">
        <h1
          ref={title}
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
      {(isCut || isOpen) && (
        <Button variant="ghost" size="small" className="-ml-3" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : "Show the whole prompt"}
        </Button>
      )}
    </div>
  );
}

/** Whether lines of an element are clamped away, at whatever width it has. */
function useIsCut(element: RefObject<HTMLElement | null>): boolean {
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const look = new ResizeObserver(() => setCut(current.scrollHeight > current.clientHeight));
    look.observe(current);
    return () => look.disconnect();
  }, [element]);
  return isCut;
}
