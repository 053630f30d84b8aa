import type { ComparedRun } from "@mezzotint/contracts/comparison";
import { BeforeAfter } from "@mezzotint/ui/before-after";
import { cropStyle, type Crop } from "./crop.ts";
import type { MatrixRow } from "./matrix-rows.ts";

const WIDTH_MAX = 640;

export interface PictureSliderProps {
  readonly row: MatrixRow;
  readonly runs: readonly ComparedRun[];
  readonly pair: { readonly a: string; readonly b: string };
  readonly crop: Crop;
}

/** Two runs' pictures of one prompt and seed, one over the other. */
export function PictureSlider({ row, runs, pair, crop }: PictureSliderProps) {
  const [a, b] = [row.pictures.get(pair.a), row.pictures.get(pair.b)];
  if (a === undefined || b === undefined)
    return <p className="text-sm text-ink-quiet">One of the two has no picture.</p>;
  const nameOf = (runId: string): string => runs.find(({ id }) => id === runId)?.name ?? runId;
  return (
    <div className="max-w-[min(40rem,62dvh)]">
      <BeforeAfter
        key={row.id}
        before={{ src: a.url, alt: `${row.prompt}, ${nameOf(pair.a)}` }}
        after={{ src: b.url, alt: `${row.prompt}, ${nameOf(pair.b)}`, width: b.width, height: b.height }}
        names={{ before: nameOf(pair.a), after: nameOf(pair.b) }}
        label={`How much of ${nameOf(pair.a)} is shown`}
        unit={nameOf(pair.a)}
        width={WIDTH_MAX}
        pictureStyle={cropStyle(crop)}
      />
    </div>
  );
}
