"use client";

import type { RunComparison } from "@mezzotint/contracts/comparison";
import { Button } from "@mezzotint/ui/button";
import { Icon } from "@mezzotint/ui/icon";
import { Popover } from "@mezzotint/ui/popover";
import { metricDimensions } from "./dimension.ts";

export interface MetricChooserProps {
  readonly comparison: RunComparison;
  readonly hidden: ReadonlySet<string>;
  readonly onHide: (hidden: ReadonlySet<string>) => void;
}

/** Which metrics the table and the charts show; files that are saved keep them all. */
export function MetricChooser({ comparison, hidden, onHide }: MetricChooserProps) {
  const metrics = metricDimensions(comparison);
  const shown = metrics.filter(({ id }) => !hidden.has(id));
  const toggle = (id: string): void => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    onHide(next);
  };
  return (
    <Popover
      label="Metrics shown"
      trigger={
        <Button size="small">
          <Icon name="settings" className="size-4" />
          Metrics: {shown.length} of {metrics.length}
        </Button>
      }
    >
      <ul className="flex flex-col">
        {metrics.map(({ id, title }) => {
          const isShown = !hidden.has(id);
          return (
            <li key={id}>
              <label className="flex min-h-9 items-center gap-2 px-2 text-sm">
                <input
                  type="checkbox"
                  checked={isShown}
                  disabled={isShown && shown.length === 1}
                  onChange={() => toggle(id)}
                  className="size-4 accent-copper"
                />
                {title}
              </label>
            </li>
          );
        })}
      </ul>
    </Popover>
  );
}

/** The comparison with the metrics that are shown; all of them when none would be left. */
export function withShownMetrics(comparison: RunComparison, hidden: ReadonlySet<string>): RunComparison {
  const columns = comparison.columns.filter(({ id }) => !hidden.has(id));
  return columns.length === 0 ? comparison : { ...comparison, columns };
}
