import type { TroubleView } from "@mezzotint/contracts/queue";

/** Whose job it was, and what became of it. */
export function TroubleText({ job }: { readonly job: TroubleView }) {
  const { userName, teamName, kind, attempts, code, message } = job;
  const owner = userName === teamName ? userName : `${userName} in ${teamName}`;
  return (
    <div className="min-w-0">
      <p className="wrap-anywhere">{message}</p>
      <p className="mt-1 text-ink-quiet tabular-nums">
        {owner} · {kind} · {attempts} {attempts === 1 ? "try" : "tries"} · {code}
      </p>
    </div>
  );
}
