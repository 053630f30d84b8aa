"use client";

import { Button } from "@mezzotint/ui/button";
import { Notice } from "#features/shell/notice.tsx";

export default function ErrorPage({ reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <Notice
      title="This plate cracked"
      text="Something went wrong on our side and has been written down. Nothing you made is lost."
    >
      <Button variant="primary" onClick={reset}>
        Try again
      </Button>
    </Notice>
  );
}
