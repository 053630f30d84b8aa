import type { Viewer } from "@mezzotint/services/account/get-viewer";
import { buttonClasses } from "@mezzotint/ui/button-classes";
import Link from "next/link";
import { AccountMenu } from "./account-menu.tsx";
import { SectionLink } from "./section-link.tsx";
import { ThemeMenu } from "./theme-menu.tsx";

export function TopBar({ viewer }: { readonly viewer: Viewer | null }) {
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-ground print:hidden">
      <div className="page flex h-14 items-center gap-1 sm:gap-2">
        <Link
          href={viewer === null ? "/" : "/generate"}
          aria-label="Mezzotint"
          className="mr-1 -ml-2 flex h-full items-center rounded-sm pl-2 font-title text-xl tracking-tight sm:mr-5"
        >
          M{/* Beside four sections a phone has no room for more. */}
          <span className={viewer === null ? "" : "max-sm:hidden"}>ezzotint</span>
        </Link>
        <nav aria-label="Sections" className="flex h-full min-w-0 items-center overflow-x-auto [scrollbar-width:none]">
          {viewer !== null && <SectionLink href="/generate">Generate</SectionLink>}
          <SectionLink href="/gallery">Gallery</SectionLink>
          {viewer !== null && <SectionLink href="/runs">Runs</SectionLink>}
          {viewer !== null && <SectionLink href="/compare">Compare</SectionLink>}
        </nav>
        <div className="ml-auto flex items-center gap-1 sm:gap-2">
          {viewer === null ? (
            <>
              <ThemeMenu />
              <Link href="/sign-in" className={buttonClasses({ variant: "outline", size: "small" })}>
                Sign in
              </Link>
            </>
          ) : (
            <AccountMenu viewer={viewer} />
          )}
        </div>
      </div>
    </header>
  );
}
