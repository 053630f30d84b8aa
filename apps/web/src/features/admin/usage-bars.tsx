import type { TeamUsageView } from "@mezzotint/contracts/queue";
import { duration } from "#client/duration.ts";
import { Section } from "./section.tsx";

/** Device seconds per team, as fair share counts them; the paler part is what runs now. */
export function UsageBars({ teams }: { readonly teams: readonly TeamUsageView[] }) {
  const most = Math.max(1, ...teams.map(({ usedSeconds, runningSeconds }) => usedSeconds + runningSeconds));
  const share = (seconds: number) => ({ width: `${(100 * seconds) / most}%` });
  return (
    <Section title="Device time by team" empty={teams.length === 0 ? "Nobody used the machines lately." : null}>
      <ul className="flex flex-col gap-3">
        {teams.map(({ teamId, teamName, usedSeconds, runningSeconds, queued }) => (
          <li key={teamId} className="text-sm">
            <p className="flex justify-between gap-3">
              <span className="truncate">{teamName}</span>
              <span className="shrink-0 text-ink-quiet tabular-nums">
                {duration(usedSeconds)} lately, {duration(runningSeconds)} running, {queued} waiting
              </span>
            </p>
            <div aria-hidden className="mt-1 flex h-2 overflow-hidden rounded-sm bg-line">
              <div className="bg-copper" style={share(usedSeconds)} />
              <div className="bg-copper opacity-40" style={share(runningSeconds)} />
            </div>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-xs text-ink-quiet">Use counts for half after ten minutes.</p>
    </Section>
  );
}
