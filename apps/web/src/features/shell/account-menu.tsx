"use client";

import type { Viewer } from "@mezzotint/services/account/get-viewer";
import { Button } from "@mezzotint/ui/button";
import { Icon } from "@mezzotint/ui/icon";
import { Popover } from "@mezzotint/ui/popover";
import { toasts } from "@mezzotint/ui/toast";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useState } from "react";
import { authClient } from "#client/auth-client.ts";
import { ThemeChoice } from "./theme-choice.tsx";

const LINK = "text-sm text-copper underline-offset-4 hover:underline";

export function AccountMenu({ viewer }: { readonly viewer: Viewer }) {
  return (
    <Popover
      // Another page closes it.
      key={usePathname()}
      label="Account"
      className="w-72"
      trigger={
        <Button variant="ghost" size="icon" aria-label="Account" className="rounded-full">
          <span
            aria-hidden
            className="flex size-8 items-center justify-center rounded-full bg-copper-wash text-sm font-medium text-copper"
          >
            {initialOf(viewer.name)}
          </span>
        </Button>
      }
    >
      <div className="px-2 pt-1.5 pb-3">
        <p className="truncate font-medium">{viewer.name}</p>
        <p className="truncate text-ink-soft">{viewer.email}</p>
        <div className="mt-1.5 flex flex-col items-start gap-1.5 pointer-coarse:gap-3">
          <Link href="/account" className={LINK}>
            Name and password
          </Link>
          {viewer.role === "admin" && (
            <Link href="/admin" className={LINK}>
              Machines and queue
            </Link>
          )}
        </div>
      </div>
      <ThemeChoice />
      <SignOutButton />
    </Popover>
  );
}

function SignOutButton() {
  const [isLeaving, setLeaving] = useState(false);
  async function signOut(): Promise<void> {
    setLeaving(true);
    const { error } = await authClient.signOut();
    if (error === null) window.location.assign("/");
    else {
      setLeaving(false);
      toasts.add({
        type: "error",
        title: "Not signed out",
        description: "The server could not be reached. Try again.",
      });
    }
  }
  return (
    <Button variant="ghost" className="mt-2 w-full justify-start px-2" disabled={isLeaving} onClick={signOut}>
      <Icon name="sign-out" />
      Sign out
    </Button>
  );
}

function initialOf(name: string): string {
  return (Array.from(name.trim())[0] ?? "?").toUpperCase();
}
