import { buttonClasses } from "@mezzotint/ui/button-classes";
import { classNames } from "@mezzotint/ui/class-names";
import { Icon } from "@mezzotint/ui/icon";
import Link from "next/link";
import type { Neighbours } from "#client/trail.ts";

/** One picture back, one picture on. The arrow keys do the same. */
export function PictureSteps({ neighbours }: { readonly neighbours: Neighbours }) {
  if (neighbours.previous === null && neighbours.next === null) return null;
  return (
    <div className="flex w-full justify-between sm:contents">
      {neighbours.previous !== null && <Step imageId={neighbours.previous} direction="previous" />}
      {neighbours.next !== null && <Step imageId={neighbours.next} direction="next" />}
    </div>
  );
}

function Step({ imageId, direction }: { readonly imageId: string; readonly direction: "previous" | "next" }) {
  const label = direction === "previous" ? "Previous picture" : "Next picture";
  return (
    <Link
      href={`/images/${imageId}`}
      replace
      aria-label={label}
      title={label}
      className={classNames(
        buttonClasses({ variant: "outline", size: "icon" }),
        "rounded-full sm:absolute sm:top-1/2 sm:-translate-y-1/2",
        direction === "previous" ? "sm:left-3" : "ml-auto sm:right-3",
      )}
    >
      <Icon name={direction} className="size-5" />
    </Link>
  );
}
