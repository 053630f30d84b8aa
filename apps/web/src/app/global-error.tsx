"use client";

import { Button } from "@mezzotint/ui/button";
import { Notice } from "#features/shell/notice.tsx";
import "./globals.css";

/** When not even the frame of the page can be drawn, as while the database is away. */
export default function GlobalError() {
  return (
    <html lang="en">
      <body className="flex flex-col font-sans">
        <Notice
          title="The press stands still"
          text="This page cannot be drawn right now; most likely the studio cannot reach its database. Nothing you made is lost."
        >
          <Button variant="primary" onClick={() => window.location.reload()}>
            Try again
          </Button>
        </Notice>
      </body>
    </html>
  );
}
