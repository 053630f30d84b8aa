import type { WorkerView } from "@mezzotint/contracts/queue";
import { Moment } from "#client/moment.tsx";
import { Section } from "./section.tsx";

/** The workers that live. */
export function WorkerList({ workers }: { readonly workers: readonly WorkerView[] }) {
  const empty = workers.length === 0 ? "No worker is alive. What waits starts when one comes." : null;
  return (
    <Section title="Workers" empty={empty}>
      <ul className="grid gap-3 sm:grid-cols-2">
        {workers.map((worker) => (
          <li key={worker.id} className="min-w-0 rounded-control border border-line p-4 text-sm">
            <p className="flex items-baseline justify-between gap-3">
              <span className="truncate font-medium">{worker.hostName}</span>
              <span className="shrink-0 text-ink-quiet tabular-nums">process {worker.pid}</span>
            </p>
            <p className="mt-1 tabular-nums">
              {worker.running} running, {worker.slots} {worker.slots === 1 ? "slot" : "slots"},{" "}
              {worker.lane === null ? "both lanes" : `${worker.lane} lane only`}
            </p>
            <p className="mt-1">
              On {worker.devices.join(", ")}
              {worker.providerVersion !== null && `, ${worker.providerVersion}, ${worker.precision}`}
            </p>
            <p className="mt-1 truncate text-ink-soft" title={worker.models.join(", ")}>
              {worker.models.length === 0 ? "No model" : worker.models.join(", ")}
            </p>
            <p className="mt-1 text-ink-quiet">
              Started <Moment at={worker.startedAt} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
