"use client";

import { GridRows } from "@visx/grid";
import { scaleLinear } from "@visx/scale";
import type { ReactNode } from "react";
import { betterText, type Dimension, type Reading } from "../dimension.ts";
import { useWidth } from "./use-width.ts";

export interface PlotAxis {
  readonly dimension: Dimension;
  readonly readings: readonly Pick<Reading, "low" | "high">[];
}

/** Values to pixels of the drawing. */
export interface PlotScales {
  x(value: number): number;
  y(value: number): number;
  /** The right and lower edge of the field. */
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
  readonly top: number;
}

export interface PlotProps {
  /** What the drawing shows, for those who do not see it; its figures stand in a table beside it. */
  readonly label: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly drawing: (scales: PlotScales) => ReactNode;
  readonly links: (scales: PlotScales) => readonly PlotLink[];
}

/** A mark one can go to. */
export interface PlotLink {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly element: ReactNode;
}

const FIRST_WIDTH = 600;
const WIDTH_MIN = 260;
const HEIGHT = 320;
const MARGIN = { top: 30, right: 16, bottom: 46, left: 56 };
const TICKS = 5;
const PADDING = 0.07;

/**
 * Two axes and what is drawn between them. The drawing has its full size before any script runs and follows the width it
 * is given after that. Links lie above it as part of the page, since a picture has no parts for those who only hear it.
 */
export function Plot({ label, x, y, drawing, links }: PlotProps) {
  const [found, parentRef] = useWidth(FIRST_WIDTH);
  const width = Math.max(WIDTH_MIN, found);
  const area = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: HEIGHT - MARGIN.bottom };
  const across = scaleLinear({ domain: domainOf(x), range: [area.left, area.right] });
  const up = scaleLinear({ domain: domainOf(y), range: [area.bottom, area.top], nice: TICKS });
  const scales = { ...area, x: (value: number) => across(value), y: (value: number) => up(value) };
  const count = width < 400 ? TICKS - 1 : TICKS + 1;
  return (
    <div ref={parentRef} className="w-full">
      <div className="relative">
        <svg role="img" aria-label={label} viewBox={`0 0 ${width} ${HEIGHT}`} className="block h-auto w-full">
          <GridRows
            scale={up}
            left={area.left}
            width={area.right - area.left}
            numTicks={TICKS}
            stroke="var(--line)"
            pointerEvents="none"
          />
          <g fill="var(--ink-soft)" fontSize={12} className="tabular-nums">
            {up.ticks(TICKS).map((value) => (
              <text key={value} x={area.left - 8} y={up(value)} dy="0.35em" textAnchor="end">
                {up.tickFormat(TICKS)(value)}
              </text>
            ))}
            {across.ticks(count).map((value) => (
              <text key={value} x={across(value)} y={area.bottom + 18} textAnchor="middle">
                {across.tickFormat(count)(value)}
              </text>
            ))}
          </g>
          <line x1={area.left} x2={area.right} y1={area.bottom} y2={area.bottom} stroke="var(--line-strong)" />
          <g fill="var(--ink)" fontSize={12}>
            <text x={2} y={14}>
              {axisTitle(y.dimension)}
            </text>
            <text x={area.right} y={HEIGHT - 8} textAnchor="end">
              {axisTitle(x.dimension)}
            </text>
          </g>
          {drawing(scales)}
        </svg>
        {links(scales).map((link) => (
          <div
            key={link.id}
            className="absolute"
            style={{ left: `${(100 * link.x) / width}%`, top: `${(100 * link.y) / HEIGHT}%` }}
          >
            {link.element}
          </div>
        ))}
      </div>
    </div>
  );
}

function axisTitle(dimension: Dimension): string {
  return `${dimension.title}${betterText(dimension)}`;
}

/** All readings with their intervals, and some room around them. */
function domainOf({ readings }: PlotAxis): [number, number] {
  const low = Math.min(...readings.map((reading) => reading.low));
  const high = Math.max(...readings.map((reading) => reading.high));
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const room = high > low ? PADDING * (high - low) : Math.max(Math.abs(high) * PADDING, 1e-6);
  return [low - room, high + room];
}
