import type { RunView } from "@mezzotint/contracts/run";
import { samplerName } from "#client/sampler-names.ts";

const HASH_LENGTH_SHOWN = 10;

/** Everything but words and seeds that decided the pictures of a run, and who asked for it. */
export function RunSettingsSheet({ run }: { readonly run: RunView }) {
  const { settings, promptSet, seedFirst, seedCount, authorName, createdAt, finishedAt } = run;
  const rows: readonly (readonly [string, string])[] = [
    ["Model", `${run.modelTitle}, ${settings.model.hash.slice(0, HASH_LENGTH_SHOWN)}`],
    ["Sampler", samplerName(settings.scheduler._class_name)],
    ["Steps", String(settings.steps)],
    ["Guidance", String(settings.guidanceScale)],
    ["Size", `${settings.width} × ${settings.height}`],
    ...(settings.negativePrompt === null ? [] : [["Negative prompt", settings.negativePrompt] as const]),
    ["Prompt set", `${promptSet.title}, version ${promptSet.version}, ${promptSet.prompts} prompts`],
    seedCount === 1 ? ["Seed", seedFirst] : ["Seeds", `${seedCount}, from ${seedFirst} on`],
    ["Asked for", `by ${authorName}, ${dayOf(createdAt)}`],
    ...(finishedAt === null ? [] : [["Finished", dayOf(finishedAt)] as const]),
  ];
  return (
    <section aria-label="Settings" className="mt-8 break-inside-avoid">
      <h2 className="font-title text-xl">Settings</h2>
      <dl className="mt-3 grid gap-x-8 text-sm sm:grid-cols-2 print:grid-cols-2">
        {rows.map(([term, value]) => (
          <div key={term} className="flex justify-between gap-4 border-t border-line py-1.5">
            <dt className="text-ink-soft">{term}</dt>
            <dd className="text-right tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** "2026-11-25 02:48 UTC": alike on server and browser, and on paper. */
function dayOf(moment: string): string {
  return `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`;
}
