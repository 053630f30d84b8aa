"use client";

import { Button } from "@mezzotint/ui/button";
import { CopyButton } from "./copy-button.tsx";

/** What one does with a page that reports something: pass on its address, or put it on paper. */
export function PageActions() {
  return (
    <>
      <CopyButton text={() => window.location.href} label="Copy link" showsLabel variant="outline" />
      <Button size="small" onClick={() => window.print()}>
        Print
      </Button>
    </>
  );
}
