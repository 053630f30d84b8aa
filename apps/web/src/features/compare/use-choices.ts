"use client";

import { usePathname, useSearchParams } from "next/navigation";

export type Choices = Readonly<Record<string, string | null>>;

/** What the page shows stands in its address, so that it can be shared and come back to; choosing asks no server. */
export function useChoices(): readonly [URLSearchParams, (changes: Choices) => void] {
  const path = usePathname();
  const params = useSearchParams();
  const choose = (changes: Choices): void => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    window.history.replaceState(null, "", `${path}?${next}`);
  };
  return [params, choose];
}
