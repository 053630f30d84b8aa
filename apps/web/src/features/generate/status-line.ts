import type { GenerationView, WaitingView } from "@mezzotint/contracts/generation";
import { pictureBeingDrawn } from "./feed-state.ts";

/** What a generation says about itself while it is on its way or when it came to nothing; null once it is done. */
export function statusLine(
  generation: GenerationView,
  progress: { readonly step: number; readonly steps: number } | null,
): string | null {
  switch (generation.status) {
    case "queued":
      return `${waitingLine(generation.waiting)}${againLine(generation.attempts)}`;
    case "running":
      return `${drawingLine(generation.count, progress)}${againLine(generation.attempts - 1)}`;
    case "cancelled":
      return "Cancelled";
    case "failed":
      return "Failed";
    case "succeeded":
      return generation.images.length === 0 ? "The pictures were removed" : null;
  }
}

/** Why a generation waits, in whole sentences; null when it does not. */
export function waitingReason(about: Pick<GenerationView, "status" | "waiting" | "attempts">): string | null {
  const { status, waiting, attempts } = about;
  if (status !== "queued") return null;
  if (waiting === null && attempts === 0) return "Hundreds of your requests go first.";
  if (waiting === null) return "It was begun before and is tried again when its turn comes.";
  const { slots, ownRunning, ownAhead, teamsAhead } = waiting;
  if (slots === 0) return "No worker serves this model right now. It starts when one does.";
  const reasons = [
    ...(ownRunning > 0 ? [`${count(ownRunning, "request of yours is", "requests of yours are")} running`] : []),
    ...(ownAhead > 0 ? [`${count(ownAhead, "more of yours goes", "more of yours go")} first`] : []),
    ...(teamsAhead > 0 ? [`${count(teamsAhead, "other team waits", "other teams wait")} ahead of it`] : []),
  ];
  return reasons.length === 0 ? "The next free worker takes it." : `${reasons.join("; ")}.`;
}

function waitingLine(waiting: WaitingView | null): string {
  if (waiting === null) return "Waiting";
  const place = waiting.ahead === 0 ? "Next in line" : `${waiting.ahead} ahead in line`;
  return waiting.seconds === null ? place : `${place} · ready in ${rangeOf(waiting.seconds)}`;
}

function rangeOf({ likely, atMost }: { readonly likely: number; readonly atMost: number }): string {
  if (atMost < 90) {
    const [low, high] = [Math.max(1, Math.round(likely)), Math.max(1, Math.ceil(atMost))];
    return low >= high ? `about ${high} s` : `${low}–${high} s`;
  }
  const [low, high] = [Math.max(1, Math.round(likely / 60)), Math.ceil(atMost / 60)];
  return low >= high ? `about ${high} min` : `${low}–${high} min`;
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

function drawingLine(count: number, progress: { readonly step: number; readonly steps: number } | null): string {
  if (progress === null || progress.steps === 0) return "Getting ready";
  const { step, steps } = progress;
  const each = Math.max(1, Math.round(steps / count));
  const at = pictureBeingDrawn({ step, steps, count });
  const picture = count === 1 ? "" : `Picture ${at + 1} of ${count}, `;
  return `${picture}${count === 1 ? "Step" : "step"} ${Math.max(0, step - at * each)} of ${each}`;
}

function againLine(earlierTries: number): string {
  if (earlierTries <= 0) return "";
  return ` · started again, the last worker went away`;
}
