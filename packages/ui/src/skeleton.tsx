import { classNames } from "./class-names.ts";

/** The place of something that is on its way. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={classNames("animate-pulse rounded-md bg-mat", className)} />;
}
