"use client";

import { Icon } from "@mezzotint/ui/icon";
import { SegmentedControl, type Segment } from "@mezzotint/ui/segmented-control";
import { useEffect, useRef, useState } from "react";
import type { GalleryView } from "./gallery-view.ts";

const SCOPES = [
  { value: "team", label: "Team" },
  { value: "public", label: "Public" },
] as const satisfies readonly Segment<GalleryView["scope"]>[];

const TYPING_PAUSE_MS = 250;

export interface GalleryHeadProps {
  readonly view: GalleryView;
  readonly isSignedIn: boolean;
  readonly onChange: (view: GalleryView) => void;
}

export function GalleryHead({ view, isSignedIn, onChange }: GalleryHeadProps) {
  return (
    <div className="mb-6 flex flex-wrap items-center gap-x-6 gap-y-4">
      <h1 className="font-title text-3xl tracking-tight">Gallery</h1>
      {isSignedIn && (
        <SegmentedControl
          label="Whose pictures"
          segments={SCOPES}
          value={view.scope}
          onValueChange={(scope) => onChange({ ...view, scope })}
          className="w-48"
        />
      )}
      <SearchBox value={view.search} onChange={(search) => onChange({ ...view, search })} />
    </div>
  );
}

function SearchBox({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  if (shown !== value) {
    setShown(value);
    if (text.trim() !== value) setText(value);
  }
  useEffect(() => () => clearTimeout(timer.current), []);
  function type(next: string): void {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onChange(next.trim()), TYPING_PAUSE_MS);
  }
  return (
    <div className="relative ml-auto w-full sm:w-72">
      <Icon
        name="search"
        className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-quiet"
      />
      <input
        type="search"
        aria-label="Search prompts"
        placeholder="Search prompts"
        value={text}
        maxLength={200}
        onChange={(event) => type(event.target.value)}
        className="h-9 w-full rounded-control border border-line bg-surface pr-3 pl-9 text-sm hover:border-line-strong pointer-coarse:h-11 pointer-coarse:text-base"
      />
    </div>
  );
}
