"use client";

import type { ComparedRun } from "@mezzotint/contracts/comparison";
import { Button } from "@mezzotint/ui/button";
import { Icon } from "@mezzotint/ui/icon";
import { SegmentedControl } from "@mezzotint/ui/segmented-control";
import { Sheet } from "@mezzotint/ui/sheet";
import { useRef, useState, type KeyboardEvent } from "react";
import { Choice } from "../charts/choice.tsx";
import { enlarge, move, WHOLE, type Crop } from "./crop.ts";
import type { MatrixRow } from "./matrix-rows.ts";
import { PictureDifference } from "./picture-difference.tsx";
import { PictureSlider } from "./picture-slider.tsx";
import { SideBySide } from "./side-by-side.tsx";

const VIEWS = [
  { value: "beside", label: "Side by side" },
  { value: "slider", label: "Slider" },
  { value: "difference", label: "Difference" },
] as const;
type View = (typeof VIEWS)[number]["value"];

const STAGE = "min-h-0 flex-1 overflow-y-auto p-1";
const STEP = 0.2;
const MOVES: Readonly<Record<string, { readonly x: number; readonly y: number }>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};
const ENLARGEMENTS: Readonly<Record<string, number>> = { "+": 2, "=": 2, "-": 0.5 };

export interface PictureViewerProps {
  readonly rows: readonly MatrixRow[];
  readonly runs: readonly ComparedRun[];
  readonly firstRow: number;
  readonly firstRunId: string;
  readonly onClose: () => void;
}

/** One row of the matrix, large: the same part of every picture, two of them under a slider, or what differs in them. */
export function PictureViewer({ rows, runs, firstRow, firstRunId, onClose }: PictureViewerProps) {
  const [at, setAt] = useState(firstRow);
  const [view, setView] = useState<View>("beside");
  const [crop, setCrop] = useState(WHOLE);
  const [pair, setPair] = useState(() => firstPair(runs, firstRunId));
  const stage = useRef<HTMLDivElement>(null);
  const row = rows[at];
  if (row === undefined) return null;
  const go = (by: number): void => setAt(Math.min(rows.length - 1, Math.max(0, at + by)));
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow") && ownsArrows(event.target)) return;
    const next = nextCrop(event.key, crop);
    if (event.key === "PageDown") go(1);
    else if (event.key === "PageUp") go(-1);
    else if (next !== null) setCrop(next);
    else return;
    event.preventDefault();
  };
  const options = runs.map(({ id, name }) => ({ id, title: name }));
  return (
    <Sheet
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      initialFocus={stage}
      title={row.prompt}
      description={`Seed ${row.seed}, ${at + 1} of ${rows.length}. Keys: + and − enlarge, arrows move, page keys change the row.`}
    >
      <div className="flex min-h-0 flex-1 flex-col gap-3" onKeyDown={press} role="presentation">
        <div className="flex flex-wrap items-center gap-2">
          <SegmentedControl
            label="View"
            segments={VIEWS}
            value={view}
            onValueChange={setView}
            className="whitespace-nowrap"
          />
          <CropButtons crop={crop} onCrop={setCrop} />
          <div className="ml-auto flex gap-2">
            <Button size="icon" aria-label="Row before" disabled={at === 0} onClick={() => go(-1)}>
              <Icon name="previous" className="size-4" />
            </Button>
            <Button size="icon" aria-label="Next row" disabled={at === rows.length - 1} onClick={() => go(1)}>
              <Icon name="next" className="size-4" />
            </Button>
            <Button onClick={onClose}>Close</Button>
          </div>
        </div>
        {view !== "beside" && (
          <div className="flex flex-wrap gap-3">
            <Choice label="Left" value={pair.a} options={options} onChoose={(a) => setPair({ ...pair, a })} />
            <Choice label="Right" value={pair.b} options={options} onChoose={(b) => setPair({ ...pair, b })} />
          </div>
        )}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrows move what is enlarged in it */}
        <div ref={stage} tabIndex={0} role="region" aria-label="Pictures" className={STAGE}>
          {view === "beside" && <SideBySide row={row} runs={runs} crop={crop} onCrop={setCrop} />}
          {view === "slider" && <PictureSlider row={row} runs={runs} pair={pair} crop={crop} />}
          {view === "difference" && <PictureDifference row={row} pair={pair} crop={crop} onCrop={setCrop} />}
        </div>
      </div>
    </Sheet>
  );
}

function CropButtons({ crop, onCrop }: { readonly crop: Crop; readonly onCrop: (crop: Crop) => void }) {
  return (
    <div className="flex items-center gap-1">
      <Button size="icon" variant="ghost" aria-label="Smaller" onClick={() => onCrop(enlarge(crop, 0.5))}>
        −
      </Button>
      <span role="status" className="min-w-8 text-center text-sm tabular-nums">
        {crop.scale} ×
      </span>
      <Button size="icon" variant="ghost" aria-label="Larger" onClick={() => onCrop(enlarge(crop, 2))}>
        +
      </Button>
    </div>
  );
}

/** The crop a key asks for; null when it asks for none. */
function nextCrop(key: string, crop: Crop): Crop | null {
  const factor = ENLARGEMENTS[key];
  if (factor !== undefined) return enlarge(crop, factor);
  if (key === "0") return WHOLE;
  const by = MOVES[key];
  return by === undefined || crop.scale === 1 ? null : move(crop, by);
}

/** Whether keys belong to what has the focus: a slider, a list, a choice. */
function ownsArrows(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.closest("input, select, [role=radiogroup]") !== null;
}

/** The run that was chosen, against the first other one. */
function firstPair(runs: readonly ComparedRun[], runId: string): { readonly a: string; readonly b: string } {
  const other = runs.find(({ id }) => id !== runId)?.id ?? runId;
  const isFirst = runs[0]?.id === runId;
  return isFirst ? { a: runId, b: other } : { a: other, b: runId };
}
