import type { ReactNode } from "react";

/** A titled part of the page; `empty` stands in when there is nothing to show. */
export function Section(props: {
  readonly title: string;
  readonly empty: string | null;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={props.title}>
      <h2 className="mb-3 font-title text-xl">{props.title}</h2>
      {props.empty === null ? props.children : <p className="text-sm text-ink-quiet">{props.empty}</p>}
    </section>
  );
}
