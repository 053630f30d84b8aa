import type { TroubleView } from "@mezzotint/contracts/queue";
import { Moment } from "#client/moment.tsx";
import { Section } from "./section.tsx";
import { TroubleText } from "./trouble-text.tsx";

/** What failed in the last day. */
export function TroubleList({ jobs }: { readonly jobs: readonly TroubleView[] }) {
  return (
    <Section title="Failures of the last day" empty={jobs.length === 0 ? "Nothing failed." : null}>
      <ul className="divide-y divide-line border-y border-line">
        {jobs.map((job) => (
          <li key={job.jobId} className="py-3 text-sm">
            <TroubleText job={job} />
            <p className="mt-1 text-ink-quiet">
              <Moment at={job.at} />
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
