import { classNames } from "@mezzotint/ui/class-names";
import Link from "next/link";
import type { PlotScales } from "./plot.tsx";

export interface RunSpotProps {
  readonly runId: string;
  readonly name: string;
  /** The figures, one a line. */
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly area: Pick<PlotScales, "left" | "right" | "top" | "bottom">;
  readonly onLit: (runId: string | null) => void;
}

/** The way from a mark to its run and pictures; what it stands for is said when one comes near. */
export function RunSpot({ runId, name, lines, x, y, area, onLit }: RunSpotProps) {
  const isRight = x > (area.left + area.right) / 2;
  const isHigh = y < (area.top + area.bottom) / 2;
  return (
    <Link
      href={`/runs/${runId}`}
      aria-label={`${name}: ${lines.join(", ")}. Open the run`}
      onMouseEnter={() => onLit(runId)}
      onMouseLeave={() => onLit(null)}
      onFocus={() => onLit(runId)}
      onBlur={() => onLit(null)}
      className="group absolute block size-6 -translate-1/2 rounded-full hover:z-10 focus-visible:z-10"
    >
      <span
        aria-hidden
        className={classNames(
          "pointer-events-none absolute hidden w-max max-w-38 rounded-control bg-raised px-3 py-2 text-xs text-ink shadow-float group-hover:block group-focus-visible:block sm:max-w-60",
          isRight ? "right-7" : "left-7",
          isHigh ? "top-0" : "bottom-0",
        )}
      >
        <span className="block font-medium">{name}</span>
        {lines.map((line) => (
          <span key={line} className="block text-ink-soft tabular-nums">
            {line}
          </span>
        ))}
      </span>
    </Link>
  );
}
