import type { RunView } from "@mezzotint/contracts/run";

/** How a run stands, in a few words with the numbers. */
export function runStatus({ status, cells, scoring }: RunView): string {
  const lost = cells.failed + cells.missing;
  const short = lost === 0 ? "" : `, ${lost} missing`;
  switch (status) {
    case "filling":
      return `Drawing: ${cells.done} of ${cells.total}`;
    case "scoring":
      return scoring === null || scoring.steps === 0
        ? "Waiting to be scored"
        : `Scoring: ${scoring.step} of ${scoring.steps}`;
    case "done":
      return `Done: ${cells.done} pictures${short}`;
    case "failed":
      return "Failed";
    case "cancelled":
      return `Cancelled: ${cells.done} of ${cells.total}`;
  }
}

export function isMoving({ status }: Pick<RunView, "status">): boolean {
  return status === "filling" || status === "scoring";
}

/** The settings that people tell runs apart by. */
export function runSummary({ modelTitle, settings, promptSet, seedCount }: RunView): string {
  const seeds = seedCount === 1 ? "1 seed" : `${seedCount} seeds`;
  return `${modelTitle} · ${settings.steps} steps · guidance ${settings.guidanceScale} · ${promptSet.title}, ${promptSet.prompts} prompts × ${seeds}`;
}
