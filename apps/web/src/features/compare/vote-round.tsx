"use client";

import type { BallotView, VoteTable } from "@mezzotint/contracts/vote";
import { Button } from "@mezzotint/ui/button";
import { Picture } from "@mezzotint/ui/picture";
import { Sheet } from "@mezzotint/ui/sheet";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { messageOf } from "#client/error-reason.ts";
import { useTRPC } from "#client/trpc.tsx";
import { AgreementTable } from "./agreement-table.tsx";

type Choice = "left" | "right" | "tie";
/** Of more runs than a handful the pairs are many; they open on demand. */
const PAIRS_SHOWN = 6;
const KEYS: Readonly<Record<string, Choice>> = { ArrowLeft: "left", ArrowRight: "right", ArrowDown: "tie" };

const RULES = "Two pictures of one prompt and seed, sides drawn by lot. Arrow keys choose, down is a tie.";
const FINISHED = "You have judged every pair of these runs.";

/** Blind votes on these runs, and how the runs stand by them. The page, which names its pictures, is covered meanwhile. */
export function VoteRound({ runIds }: { readonly runIds: string[] }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [pair, setPair] = useState<BallotView | null>(null);
  const { data: table } = useQuery(trpc.vote.table.queryOptions({ runIds }));
  const next = useMutation(trpc.vote.nextPair.mutationOptions({ onSuccess: setPair, onError: () => setPair(null) }));
  const cast = useMutation(
    trpc.vote.cast.mutationOptions({
      onSuccess: async () => {
        next.mutate({ runIds });
        await queryClient.invalidateQueries(trpc.vote.table.pathFilter());
      },
    }),
  );
  const choose = (choice: Choice): void => {
    if (pair !== null && !cast.isPending && !next.isPending) cast.mutate({ ballotId: pair.id, choice });
  };
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const choice = KEYS[event.key];
      if (choice === undefined || pair === null || !isOpen || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      choose(choice);
    };
    // On the way down: dialogs keep arrow keys to themselves.
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  });
  const error = next.error ?? cast.error;
  const isFinished = next.isSuccess && next.data === null;
  const turn = (opens: boolean): void => {
    setOpen(opens);
    if (!opens) setPair(null);
  };
  const start = (): void => {
    turn(true);
    next.mutate({ runIds });
  };
  return (
    <section aria-label="Blind votes" className="mt-10">
      <h2 className="font-title text-xl">Blind votes</h2>
      <p className="mt-1 text-sm text-ink-soft print:hidden">{RULES}</p>
      <div className="mt-3 print:hidden">
        {isFinished ? (
          <p role="status">{FINISHED}</p>
        ) : (
          <Button onClick={start} disabled={next.isPending || cast.isPending}>
            Start voting
          </Button>
        )}
      </div>
      <Sheet open={isOpen} onOpenChange={turn} title="Which one is better?" description={RULES}>
        {error !== null && (
          <p role="alert" className="text-sm text-danger">
            {messageOf(error)}
          </p>
        )}
        {pair !== null && <Ballot pair={pair} onChoose={choose} />}
        {isFinished && <p>{FINISHED}</p>}
        <Button className="self-start" onClick={() => turn(false)}>
          Close
        </Button>
      </Sheet>
      {table !== undefined && <Standing table={table} />}
    </section>
  );
}

function Ballot({ pair, onChoose }: { readonly pair: BallotView; readonly onChoose: (choice: Choice) => void }) {
  const { prompt, width, height, leftUrl, rightUrl } = pair;
  return (
    <div className="-m-1 min-h-0 overflow-y-auto p-1">
      <p className="line-clamp-3 text-sm">{prompt}</p>
      <div className="mt-2 grid max-w-4xl grid-cols-2 gap-3">
        {(
          [
            ["left", leftUrl],
            ["right", rightUrl],
          ] as const
        ).map(([side, url]) => (
          <button
            key={side}
            type="button"
            aria-label={`The ${side} one is better`}
            onClick={() => onChoose(side)}
            className="cursor-pointer rounded-[3px]"
          >
            <Picture src={url} alt={`${prompt}, ${side}`} width={width} height={height} />
          </button>
        ))}
      </div>
      <Button className="mt-3" onClick={() => onChoose("tie")}>
        Neither
      </Button>
    </div>
  );
}

function Standing({ table }: { readonly table: VoteTable }) {
  const names = new Map(table.ranks.map(({ runId, name }) => [runId, name]));
  return (
    <div className="mt-5 text-sm tabular-nums">
      <p className="text-ink-soft">
        {table.votes > 0 &&
          `${table.votes} ${table.votes === 1 ? "vote" : "votes"} by ${table.voters === 1 ? "one person" : `${table.voters} people`}. `}
        {table.problem}
      </p>
      {table.ranks.length > 0 && (
        <table className="mt-2 border-collapse" aria-label="Standing by votes">
          <thead>
            <tr className="border-b border-line text-left">
              {["Run", "Strength", "Won", "Lost", "Tied"].map((title) => (
                <th key={title} scope="col" className="py-1 pr-5 font-medium">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.ranks.map(({ runId, name, strength, wins, losses, ties }) => (
              <tr key={runId} className="border-b border-line">
                <td className="py-1 pr-5">{name}</td>
                <td className="py-1 pr-5">{strength.toFixed(2)}</td>
                <td className="py-1 pr-5">{wins}</td>
                <td className="py-1 pr-5">{losses}</td>
                <td className="py-1 pr-5">{ties}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {table.pairs.length > 0 && (
        <details open={table.pairs.length <= PAIRS_SHOWN} className="mt-3 text-ink-soft">
          <summary className="cursor-pointer">Differences in strength, with 95 % intervals</summary>
          <ul className="mt-1">
            {table.pairs.map(({ runAId, runBId, votes, difference }) =>
              difference === null ? null : (
                <li key={`${runAId} ${runBId}`}>
                  {names.get(runAId)} less {names.get(runBId)}: {difference.value.toFixed(2)} (
                  {difference.low.toFixed(2)} to {difference.high.toFixed(2)}), {votes} votes
                </li>
              ),
            )}
          </ul>
        </details>
      )}
      <AgreementTable agreement={table.agreement} />
    </div>
  );
}
