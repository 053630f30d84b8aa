"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { Area, LinePath } from "@visx/shape";
import { dimensionsOf, readingText, type Dimension, type TrendSetting } from "../dimension.ts";
import { trendLines, type TrendLine } from "../trend-lines.ts";
import { ChartTable } from "./chart-table.tsx";
import { NotDrawn } from "./not-drawn.tsx";
import { Plot, type PlotScales } from "./plot.tsx";
import { RunMark, runColour } from "./run-mark.tsx";
import { RunSpot } from "./run-spot.tsx";

const DASHES = ["none", "7 3", "2 3", "9 3 2 3"] as const;

export interface TrendChartProps {
  readonly comparison: RunComparison;
  readonly metric: Dimension;
  readonly against: TrendSetting;
  readonly lit: string | null;
  readonly onLit: (runId: string | null) => void;
}

/** A metric over a setting with the band of its intervals; a line joins runs that differ in nothing else. */
export function TrendChart({ comparison, metric, against, lit, onLit }: TrendChartProps) {
  const setting = dimensionsOf(comparison).find(({ id }) => id === against);
  if (setting === undefined) return null;
  const lines = trendLines(comparison, { metric, against });
  const points = lines.flatMap((line) => line.points.map((point) => ({ ...point, line: line.label })));
  const placeOf = new Map(comparison.runs.map(({ id }, place) => [id, place]));
  const joined = lines.filter((line) => line.points.length > 1);
  const label = `${metric.title} against ${setting.title} of ${points.length} runs in ${joined.length} lines.`;
  return (
    <>
      <Plot
        label={label}
        x={{ dimension: setting, readings: points.map(({ at }) => ({ low: at, high: at })) }}
        y={{ dimension: metric, readings: points.map(({ reading }) => reading) }}
        drawing={(scales) => (
          <>
            {joined.map((line, index) => (
              <Line
                key={line.points[0]?.run.id}
                line={line}
                dash={DASHES[index % DASHES.length] ?? "none"}
                scales={scales}
              />
            ))}
            {points.map(({ run, at, reading }) => (
              <g key={run.id} opacity={lit !== null && lit !== run.id ? 0.25 : 1}>
                <line
                  x1={scales.x(at)}
                  x2={scales.x(at)}
                  y1={scales.y(reading.low)}
                  y2={scales.y(reading.high)}
                  stroke={runColour(placeOf.get(run.id) ?? 0)}
                  opacity={0.6}
                />
                <g transform={`translate(${scales.x(at)} ${scales.y(reading.value)})`}>
                  <RunMark place={placeOf.get(run.id) ?? 0} hollow={!reading.ranks} />
                </g>
              </g>
            ))}
          </>
        )}
        links={(scales) =>
          points.map(({ run, at, reading, line }) => {
            const spot = { x: scales.x(at), y: scales.y(reading.value) };
            const figures = [`${setting.title} ${at}`, `${metric.title} ${readingText(reading, metric)}`];
            const told = line === "" ? figures : [...figures, line];
            const element = (
              <RunSpot runId={run.id} name={run.name} lines={told} {...spot} area={scales} onLit={onLit} />
            );
            return { id: run.id, ...spot, element };
          })
        }
      />
      <ChartTable
        caption={label}
        columns={["Run", setting.title, metric.title, "Line"]}
        rows={points.map(({ run, at, reading, line }) => ({
          id: run.id,
          cells: [run.name, String(at), readingText(reading, metric), line],
        }))}
      />
      <LineKeys lines={joined} />
      <NotDrawn comparison={comparison} dimensions={[metric]} />
    </>
  );
}

function Line({
  line,
  dash,
  scales,
}: {
  readonly line: TrendLine;
  readonly dash: string;
  readonly scales: PlotScales;
}) {
  const points = [...line.points];
  const x = (point: (typeof points)[number]) => scales.x(point.at);
  return (
    <>
      <Area
        data={points}
        x={x}
        y0={({ reading }) => scales.y(reading.low)}
        y1={({ reading }) => scales.y(reading.high)}
        fill="var(--copper-wash)"
      />
      <LinePath
        data={points}
        x={x}
        y={({ reading }) => scales.y(reading.value)}
        stroke="var(--ink-soft)"
        strokeWidth={1.5}
        strokeDasharray={dash}
      />
    </>
  );
}

function LineKeys({ lines }: { readonly lines: readonly TrendLine[] }) {
  if (lines.length === 0) {
    return <p className="mt-1 text-xs text-ink-soft">No two of these runs differ in this setting alone.</p>;
  }
  if (lines.length === 1) {
    return (
      <p className="mt-1 text-xs text-ink-soft">
        The line joins runs that differ in nothing else. The band is the 95 % interval.
      </p>
    );
  }
  return (
    <ul className="mt-1 flex flex-wrap gap-x-4 text-xs text-ink-soft">
      {lines.map(({ label, points }, index) => (
        <li key={points[0]?.run.id} className="flex items-center gap-1.5">
          <svg aria-hidden viewBox="0 0 28 4" className="w-7">
            <line
              x1={0}
              x2={28}
              y1={2}
              y2={2}
              stroke="var(--ink-soft)"
              strokeWidth={1.5}
              strokeDasharray={DASHES[index % DASHES.length]}
            />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
