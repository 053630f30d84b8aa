"use client";

import { classNames } from "@mezzotint/ui/class-names";
import Link from "next/link";
import { usePathname } from "next/navigation";

export function SectionLink({ href, children }: { readonly href: string; readonly children: string }) {
  const isHere = usePathname().startsWith(href);
  return (
    <Link
      href={href}
      aria-current={isHere ? "page" : undefined}
      className={classNames(
        "relative flex h-full items-center rounded-sm px-1.5 text-sm transition-colors duration-150 hover:text-ink sm:px-3",
        isHere
          ? "text-ink after:absolute after:inset-x-1.5 after:bottom-0 after:h-0.5 after:bg-copper sm:after:inset-x-3"
          : "text-ink-soft",
      )}
    >
      {children}
    </Link>
  );
}
