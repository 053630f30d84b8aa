import { buttonClasses } from "@mezzotint/ui/button-classes";
import type { Metadata } from "next";
import Link from "next/link";
import { Notice } from "#features/shell/notice.tsx";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Notice title="Nothing hangs here" text="It was removed, is not shared with you, or the address is mistyped.">
      <Link href="/gallery" className={buttonClasses({ variant: "primary" })}>
        To the gallery
      </Link>
    </Notice>
  );
}
