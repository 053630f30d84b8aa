"use client";

import { Button } from "@mezzotint/ui/button";
import { Notice } from "#features/shell/notice.tsx";
import "./globals.css";

/** When not even the frame of the page can be drawn, as while the database is away. */
export default function GlobalError({ reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <html lang="en">
      <body className="flex flex-col font-sans">
        <Notice
          title="The press stands still"
          text="The studio cannot reach its database right now. Nothing is lost; it comes back by itself once the database does."
        >
          <Button variant="primary" onClick={reset}>
            Try again
          </Button>
        </Notice>
      </body>
    </html>
  );
}
