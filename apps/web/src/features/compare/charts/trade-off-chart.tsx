"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { LinePath } from "@visx/shape";
import { betterText, readingOf, readingText, type Dimension } from "../dimension.ts";
import { labelPlaces } from "../label-places.ts";
import { frontEdge, paretoFront } from "../pareto-front.ts";
import { ChartTable } from "./chart-table.tsx";
import { NotDrawn } from "./not-drawn.tsx";
import { Plot, type PlotScales } from "./plot.tsx";
import { RunMark, runColour } from "./run-mark.tsx";
import { RunSpot } from "./run-spot.tsx";

export interface TradeOffChartProps {
  readonly comparison: RunComparison;
  readonly x: Dimension;
  readonly y: Dimension;
  /** The run that is looked at anywhere on the page. */
  readonly lit: string | null;
  readonly onLit: (runId: string | null) => void;
}

/** Runs by two dimensions with their intervals, and the front of those that no other one beats. */
export function TradeOffChart({ comparison, x, y, lit, onLit }: TradeOffChartProps) {
  const points = pointsOf(comparison, x, y);
  const better = { x: x.better, y: y.better };
  const front = paretoFront(
    points.filter(({ ranks }) => ranks),
    better,
  );
  const best = new Set(front.map(({ run }) => run.id));
  const names = points.map((point) => [
    `${x.title} ${readingText(point.across, x)}`,
    `${y.title} ${readingText(point.up, y)}`,
  ]);
  const label = `${y.title} against ${x.title} of ${points.length} runs. ${frontText(front, better)}`;
  return (
    <>
      <Plot
        label={label}
        x={{ dimension: x, readings: points.map(({ across }) => across) }}
        y={{ dimension: y, readings: points.map(({ up }) => up) }}
        drawing={(scales) => (
          <>
            <LinePath
              data={frontEdge(front, better)}
              x={(spot) => scales.x(spot.x)}
              y={(spot) => scales.y(spot.y)}
              stroke="var(--copper)"
              strokeWidth={1.5}
              strokeDasharray="5 4"
            />
            {points.map((point) => (
              <Mark key={point.run.id} point={point} scales={scales} dimmed={lit !== null && lit !== point.run.id} />
            ))}
            <Names points={points} scales={scales} />
          </>
        )}
        links={(scales) =>
          points.map(({ run, across, up }, index) => {
            const spot = { x: scales.x(across.value), y: scales.y(up.value) };
            const lines = [...(names[index] ?? []), ...(best.has(run.id) ? ["on the front"] : [])];
            const element = (
              <RunSpot runId={run.id} name={run.name} lines={lines} {...spot} area={scales} onLit={onLit} />
            );
            return { id: run.id, ...spot, element };
          })
        }
      />
      <ChartTable
        caption={label}
        columns={["Run", `${x.title}${betterText(x)}`, `${y.title}${betterText(y)}`, "Front"]}
        rows={points.map(({ run, across, up }) => ({
          id: run.id,
          cells: [run.name, readingText(across, x), readingText(up, y), best.has(run.id) ? "yes" : "no"],
        }))}
      />
      <p className="mt-1 text-xs text-ink-soft">
        {frontText(front, better)}
        {points.some(({ ranks }) => !ranks) && " Hollow marks are shown and not ranked: too few pictures."}
      </p>
      <NotDrawn comparison={comparison} dimensions={[x, y]} />
    </>
  );
}

type Point = ReturnType<typeof pointsOf>[number];

function pointsOf(comparison: RunComparison, x: Dimension, y: Dimension) {
  return comparison.runs.flatMap((run, place) => {
    const across = readingOf(comparison, run, x);
    const up = readingOf(comparison, run, y);
    if (across === null || up === null || across.apart !== null || up.apart !== null) return [];
    return [{ run, place, across, up, x: across.value, y: up.value, ranks: across.ranks && up.ranks }];
  });
}

function frontText(
  front: readonly Point[],
  better: { readonly x: Dimension["better"]; readonly y: Dimension["better"] },
) {
  if (better.x === null || better.y === null) return "No front: one of the two has no better side.";
  if (front.length === 0) return "No front: nothing here may be ranked.";
  return `On the front, beaten by none: ${front.map(({ run }) => run.name).join(", ")}.`;
}

function Mark({
  point,
  scales,
  dimmed,
}: {
  readonly point: Point;
  readonly scales: PlotScales;
  readonly dimmed: boolean;
}) {
  const { place, across, up, ranks } = point;
  const [x, y] = [scales.x(across.value), scales.y(up.value)];
  return (
    <g opacity={dimmed ? 0.25 : 1}>
      <g stroke={runColour(place)} strokeWidth={1.25} opacity={0.6}>
        <line x1={scales.x(across.low)} x2={scales.x(across.high)} y1={y} y2={y} />
        <line x1={x} x2={x} y1={scales.y(up.low)} y2={scales.y(up.high)} />
      </g>
      <g transform={`translate(${x} ${y})`}>
        <RunMark place={place} hollow={!ranks} />
      </g>
    </g>
  );
}

/** Names beside the marks, as far as there is room; the list below has them all. */
function Names({ points, scales }: { readonly points: readonly Point[]; readonly scales: PlotScales }) {
  const marks = points.map(({ run, across, up }) => {
    return { text: run.name, x: scales.x(across.value) - scales.left, y: scales.y(up.value) - scales.top };
  });
  const area = { width: scales.right - scales.left, height: scales.bottom - scales.top };
  const places = labelPlaces(marks, area);
  return (
    <g
      fill="var(--ink)"
      fontSize={12}
      stroke="var(--ground)"
      strokeWidth={4}
      paintOrder="stroke"
      strokeLinejoin="round"
    >
      {points.map(({ run }, index) => {
        const place = places[index];
        if (place == null) return null;
        return (
          <text key={run.id} x={scales.left + place.x} y={scales.top + place.y} dy="0.35em" textAnchor={place.anchor}>
            {run.name}
          </text>
        );
      })}
    </g>
  );
}
