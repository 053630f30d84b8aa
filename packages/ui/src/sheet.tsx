"use client";

import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode, RefObject } from "react";

export interface SheetProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description: string;
  readonly children: ReactNode;
  /** What has the focus when it opens; the first control where absent. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
}

/** A work table that covers the page: the whole screen of a phone, nearly all of a desk's. */
export function Sheet({ open, onOpenChange, title, description, children, initialFocus }: SheetProps) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-veil transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup
          {...(initialFocus === undefined ? {} : { initialFocus })}
          className="fixed inset-0 z-50 flex flex-col gap-3 bg-raised p-4 shadow-float transition-opacity duration-150 outline-none data-ending-style:opacity-0 data-starting-style:opacity-0 sm:inset-6 sm:rounded-xl sm:p-6"
        >
          <header>
            <Dialog.Title className="font-title text-xl">{title}</Dialog.Title>
            <Dialog.Description className="text-sm text-ink-soft">{description}</Dialog.Description>
          </header>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
