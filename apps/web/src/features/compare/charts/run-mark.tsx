/** Drawn around the origin, about ten pixels across. */
const SHAPES = [
  "M 5 0 A 5 5 0 1 1 -5 0 A 5 5 0 1 1 5 0 Z",
  "M -4.5 -4.5 H 4.5 V 4.5 H -4.5 Z",
  "M 0 -6 L 6 0 L 0 6 L -6 0 Z",
  "M 0 -6 L 5.5 4.5 H -5.5 Z",
] as const;
const COLOURS = 6;

/** The colour of a run in every chart of a page, by its place among the runs. */
export function runColour(place: number): string {
  return `var(--series-${(place % COLOURS) + 1})`;
}

export interface RunMarkProps {
  readonly place: number;
  /** Hollow where it is shown and not ranked. */
  readonly hollow?: boolean;
}

/** A run's mark, to be put into a drawing: a shape beside the colour, for eyes that see no colours. */
export function RunMark({ place, hollow }: RunMarkProps) {
  const colour = runColour(place);
  return (
    <path
      d={SHAPES[place % SHAPES.length] ?? SHAPES[0]}
      fill={hollow === true ? "var(--ground)" : colour}
      stroke={colour}
      strokeWidth={1.5}
    />
  );
}

/** The mark beside a run's name. */
export function RunSwatch({ place }: { readonly place: number }) {
  return (
    <svg aria-hidden viewBox="-8 -8 16 16" className="inline-block size-3.5 shrink-0">
      <RunMark place={place} />
    </svg>
  );
}
