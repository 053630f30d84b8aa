import type { LaneView } from "@mezzotint/contracts/queue";
import { duration } from "#client/duration.ts";

const TITLES: Readonly<Record<string, string>> = { interactive: "People waiting", batch: "Runs and batches" };

/** How long each lane is, and how old. */
export function LaneCards({ lanes }: { readonly lanes: readonly LaneView[] }) {
  return (
    <section aria-label="Queue" className="grid gap-4 sm:grid-cols-2">
      {lanes.map(({ lane, queued, running, oldestSeconds, queuedSeconds }) => (
        <div key={lane} className="rounded-control border border-line p-4">
          <h2 className="font-title text-xl">{TITLES[lane] ?? lane}</h2>
          <dl className="mt-3 grid grid-cols-2 gap-3 text-sm tabular-nums">
            <Figure term="Waiting">{queued}</Figure>
            <Figure term="Running">{running}</Figure>
            <Figure term="Oldest">{oldestSeconds === null ? "–" : duration(oldestSeconds)}</Figure>
            <Figure term="Device time ahead">{duration(queuedSeconds)}</Figure>
          </dl>
        </div>
      ))}
    </section>
  );
}

function Figure({ term, children }: { readonly term: string; readonly children: string | number }) {
  return (
    <div>
      <dt className="text-ink-quiet">{term}</dt>
      <dd className="text-lg">{children}</dd>
    </div>
  );
}
