import type { ImageDetailView, ImageStageView } from "@mezzotint/contracts/generation";

/** The way of a cascade, stage by stage: what each made, at which size, with which seed, and how long it took. */
export function StageTimeline({ picture }: { readonly picture: ImageDetailView }) {
  const { stages } = picture;
  if (stages.length === 0) return null;
  return (
    <section aria-labelledby="stages-title" className="w-full">
      <h2 id="stages-title" className="mb-3 font-title text-xl">
        Stages
      </h2>
      <ol className="flex gap-4 overflow-x-auto pb-2">
        {stages.map((stage) => (
          <StageCard key={stage.index} stage={stage} count={stages.length} />
        ))}
      </ol>
    </section>
  );
}

function StageCard({ stage, count }: { readonly stage: ImageStageView; readonly count: number }) {
  const label = `Stage ${stage.index + 1} of ${count}`;
  return (
    <li className="w-44 shrink-0 rounded-lg border border-line bg-surface p-3">
      <img
        src={stage.url}
        alt={`What stage ${stage.index + 1} made`}
        width={stage.width}
        height={stage.height}
        loading="lazy"
        style={{ aspectRatio: `${stage.width} / ${stage.height}` }}
        className="w-full rounded-[3px] bg-mat object-contain"
      />
      <h3 className="mt-2 text-sm font-medium">{stageTitle(stage.name)}</h3>
      <p className="text-xs text-ink-quiet tabular-nums">{label}</p>
      <dl className="mt-1 text-xs text-ink-soft tabular-nums">
        <Line term="Size">
          {stage.width} × {stage.height}
        </Line>
        <Line term="Seed">{stage.seed}</Line>
        {stage.elapsedMs !== null && <Line term="Time">{(stage.elapsedMs / 1_000).toFixed(1)} s</Line>}
      </dl>
    </li>
  );
}

function Line({ term, children }: { readonly term: string; readonly children: React.ReactNode }) {
  return (
    <div className="flex justify-between gap-2">
      <dt className="text-ink-quiet">{term}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  );
}

/** Folder names such as "stage_1" as people say them. */
function stageTitle(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
