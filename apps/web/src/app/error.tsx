"use client";

import { Button } from "@mezzotint/ui/button";
import { Notice } from "#features/shell/notice.tsx";

/** A fresh request, since what failed is mostly what the server read. */
export default function ErrorPage() {
  return (
    <Notice
      title="This plate cracked"
      text="Something went wrong on our side and has been written down. Nothing you made is lost."
    >
      <Button variant="primary" onClick={() => window.location.reload()}>
        Try again
      </Button>
    </Notice>
  );
}
