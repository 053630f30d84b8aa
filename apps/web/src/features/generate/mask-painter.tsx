"use client";

import { Button } from "@mezzotint/ui/button";
import { Sheet } from "@mezzotint/ui/sheet";
import { useEffect, useRef, useState } from "react";
import type { FormFile } from "./form-state.ts";
import { maskSizeOf, writeMask } from "./mask-canvas.ts";
import { MaskStage } from "./mask-stage.tsx";
import { MaskTools } from "./mask-tools.tsx";
import { useEarlierMask } from "./use-earlier-mask.ts";
import { useMaskPainter, type MaskPainter as Painter } from "./use-mask-painter.ts";

export interface MaskPainterProps {
  readonly source: FormFile;
  readonly mask: FormFile | null;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Keeps the mask, null for an empty one; resolves to whether it worked. */
  readonly onDone: (mask: Blob | null) => Promise<boolean>;
}

/** Where people paint what is drawn anew. Its state lives as long as it is open. */
export function MaskPainter(props: MaskPainterProps) {
  return (
    <Sheet
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Paint a mask"
      description="What you paint is drawn anew; the rest of the picture stays."
    >
      <Workbench {...props} />
    </Sheet>
  );
}

function Workbench({ source, mask, onOpenChange, onDone }: MaskPainterProps) {
  const size = maskSizeOf(source);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const painter = useMaskPainter(size);
  const earlier = useEarlierMask(mask?.url ?? null, size);
  const [isSaving, setSaving] = useState(false);

  useEffect(() => {
    const press = (event: KeyboardEvent): void => pressKey(event, painter);
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [painter]);

  async function finish(): Promise<void> {
    const canvas = canvasRef.current;
    if (canvas === null) return;
    setSaving(true);
    if (await onDone(await writeMask(canvas))) onOpenChange(false);
    else setSaving(false);
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <MaskTools painter={painter} />
      {earlier.complaint !== null && (
        <p role="alert" className="text-sm text-danger">
          {earlier.complaint}
        </p>
      )}
      <MaskStage source={source} painter={painter} earlier={earlier.paint} canvasRef={canvasRef} />
      <div className="flex items-center justify-between gap-3">
        <p className="hidden text-xs text-ink-quiet lg:block">
          <kbd>[</kbd> <kbd>]</kbd> brush size · <kbd>X</kbd> erase · <kbd>Ctrl Z</kbd> undo · arrows and{" "}
          <kbd>Space</kbd> paint without a pointer
        </p>
        <div className="ml-auto flex gap-2">
          <Button variant="outline" onClick={() => onOpenChange(false)}>
            Cancel
          </Button>
          <Button variant="primary" disabled={isSaving} onClick={() => void finish()}>
            {isSaving ? "Keeping…" : "Use this mask"}
          </Button>
        </div>
      </div>
    </div>
  );
}

function pressKey(event: KeyboardEvent, painter: Painter): void {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z" && !event.shiftKey) painter.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) painter.redo();
    else return;
  } else if (key === "[") painter.stepSize(-1);
  else if (key === "]") painter.stepSize(1);
  else if (key === "x") painter.setErases(!painter.erases);
  else return;
  event.preventDefault();
}
