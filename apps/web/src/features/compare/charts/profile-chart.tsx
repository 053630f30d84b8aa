"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { scaleLinear, scalePoint } from "@visx/scale";
import { LinePath } from "@visx/shape";
import { betterText, readingOf, readingText, type Dimension } from "../dimension.ts";
import { ChartTable } from "./chart-table.tsx";
import { NotDrawn } from "./not-drawn.tsx";
import { RunMark, runColour } from "./run-mark.tsx";
import { useWidth } from "./use-width.ts";

const FIRST_WIDTH = 1_200;
const AXIS_WIDTH_MIN = 104;
const HEIGHT = 300;
const TOP = 62;
const BOTTOM = 262;
const SIDE = 56;
const TITLE_LETTERS = 15;
/** A run that lies in all axes alone still needs two ends of one. */
const ROOM = 0.05;

export interface ProfileChartProps {
  readonly comparison: RunComparison;
  /** Metrics that have a better side. */
  readonly dimensions: readonly Dimension[];
  readonly lit: string | null;
  readonly onLit: (runId: string | null) => void;
}

/** Every run as a line across the metrics; in each of them up is better. */
export function ProfileChart({ comparison, dimensions, lit, onLit }: ProfileChartProps) {
  const [found, parentRef] = useWidth(FIRST_WIDTH);
  const width = Math.max(found, dimensions.length * AXIS_WIDTH_MIN);
  const across = scalePoint({ domain: dimensions.map(({ id }) => id), range: [SIDE, width - SIDE] });
  const axes = dimensions.map((dimension) => ({
    ...axisOf(comparison, dimension),
    dimension,
    x: across(dimension.id) ?? width / 2,
  }));
  const label = `${comparison.runs.length} runs by ${dimensions.map(({ title }) => title).join(", ")}; up is better in each.`;
  return (
    <>
      {/* Reached with the keyboard, since it may have to be moved sideways. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={parentRef} role="region" aria-label="Profiles of runs" tabIndex={0} className="w-full overflow-x-auto">
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${width} ${HEIGHT}`}
          style={{ minWidth: dimensions.length * AXIS_WIDTH_MIN }}
          className="block h-auto w-full"
        >
          {axes.map((axis) => (
            <AxisLine key={axis.dimension.id} {...axis} />
          ))}
          {comparison.runs.map((run, place) => {
            const marks = axes.map(({ dimension, y, x }) => {
              const reading = readingOf(comparison, run, dimension);
              return { x, y: reading === null || reading.apart !== null ? null : y(reading.value), reading };
            });
            return (
              <g
                key={run.id}
                opacity={lit !== null && lit !== run.id ? 0.15 : 1}
                onMouseEnter={() => onLit(run.id)}
                onMouseLeave={() => onLit(null)}
              >
                <ProfileLine marks={marks} stroke="transparent" width={14} />
                <ProfileLine marks={marks} stroke={runColour(place)} width={lit === run.id ? 3 : 1.75} />
                {marks.map((mark) =>
                  mark.y === null ? null : (
                    <g key={mark.x} transform={`translate(${mark.x} ${mark.y})`}>
                      <RunMark place={place} hollow={mark.reading?.ranks !== true} />
                    </g>
                  ),
                )}
              </g>
            );
          })}
        </svg>
      </div>
      <ChartTable
        caption={label}
        columns={["Run", ...dimensions.map((dimension) => `${dimension.title}${betterText(dimension)}`)]}
        rows={comparison.runs.map((run) => ({
          id: run.id,
          cells: [
            run.name,
            ...dimensions.map((dimension) => {
              const reading = readingOf(comparison, run, dimension);
              return reading === null ? "none" : (reading.apart ?? readingText(reading, dimension));
            }),
          ],
        }))}
      />
      <NotDrawn comparison={comparison} dimensions={dimensions} />
    </>
  );
}

interface Axis {
  readonly dimension: Dimension;
  readonly x: number;
  readonly best: string;
  readonly worst: string;
}

function AxisLine({ dimension, x, best, worst }: Axis) {
  const lines = splitTitle(dimension.title);
  return (
    <g fontSize={12} textAnchor="middle">
      <line x1={x} x2={x} y1={TOP} y2={BOTTOM} stroke="var(--line-strong)" />
      <g fill="var(--ink)">
        {lines.map((line, index) => (
          <text key={line} x={x} y={TOP - 24 - 14 * (lines.length - 1 - index)}>
            {line}
          </text>
        ))}
      </g>
      <g fill="var(--ink-soft)" className="tabular-nums">
        <text x={x} y={TOP - 8}>
          {best}
        </text>
        <text x={x} y={BOTTOM + 18}>
          {worst}
        </text>
      </g>
    </g>
  );
}

/** The scale of a metric: its best value on top. */
function axisOf(comparison: RunComparison, dimension: Dimension) {
  const values = comparison.runs.flatMap((run) => {
    const reading = readingOf(comparison, run, dimension);
    return reading === null || reading.apart !== null ? [] : [reading.value];
  });
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = high > low ? ROOM * (high - low) : Math.max(Math.abs(high) * ROOM, 1e-6);
  const [worst, best] = dimension.better === "lower" ? [high, low] : [low, high];
  const outward = dimension.better === "lower" ? -room : room;
  const scale = scaleLinear({ domain: [worst - outward, best + outward], range: [BOTTOM, TOP] });
  const text = (value: number) => (Number.isFinite(value) ? value.toFixed(dimension.decimals) : "");
  return { y: (value: number) => scale(value), best: text(best), worst: text(worst) };
}

interface ProfileMark {
  readonly x: number;
  readonly y: number | null;
}

function ProfileLine(props: {
  readonly marks: readonly ProfileMark[];
  readonly stroke: string;
  readonly width: number;
}) {
  return (
    <LinePath
      data={[...props.marks]}
      x={({ x }) => x}
      y={({ y }) => y ?? 0}
      defined={({ y }) => y !== null}
      stroke={props.stroke}
      strokeWidth={props.width}
      strokeLinejoin="round"
    />
  );
}

/** A title over two lines where one is too long for its axis. */
function splitTitle(title: string): string[] {
  const lines: string[] = [];
  for (const word of title.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= TITLE_LETTERS) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
