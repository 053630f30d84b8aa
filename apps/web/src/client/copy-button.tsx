"use client";

import { Button } from "@mezzotint/ui/button";
import type { ButtonSize, ButtonVariant } from "@mezzotint/ui/button-classes";
import { Icon } from "@mezzotint/ui/icon";
import { toasts } from "@mezzotint/ui/toast";
import { useEffect, useState } from "react";
import { copyText } from "./copy-text.ts";

export interface CopyButtonProps {
  /** A function where it is only known in the browser. */
  readonly text: string | (() => string);
  /** What is copied, as in "Copy seed". */
  readonly label: string;
  readonly showsLabel?: boolean;
  readonly variant?: ButtonVariant;
  readonly size?: ButtonSize;
  readonly className?: string;
}

const CONFIRMATION_MS = 1_500;

export function CopyButton({ text, label, showsLabel, variant, size, className }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);

  async function copy(): Promise<void> {
    if (await copyText(typeof text === "function" ? text() : text)) setCopied(true);
    else toasts.add({ type: "error", title: "Not copied", description: "The browser does not allow it here." });
  }

  return (
    <Button
      variant={variant ?? "ghost"}
      size={size ?? "small"}
      className={className}
      onClick={copy}
      {...(showsLabel === true ? {} : { "aria-label": label, title: label })}
    >
      <Icon name={isCopied ? "check" : "copy"} className={isCopied ? "size-4 text-copper" : "size-4"} />
      {showsLabel === true && label}
      <span role="status" className="sr-only">
        {isCopied ? "Copied" : ""}
      </span>
    </Button>
  );
}
