"use client";

import { Button } from "@mezzotint/ui/button";
import { Icon, type IconName } from "@mezzotint/ui/icon";
import { SegmentedControl } from "@mezzotint/ui/segmented-control";
import { Slider } from "@mezzotint/ui/slider";
import type { MaskPainter } from "./use-mask-painter.ts";

export function MaskTools({ painter }: { readonly painter: MaskPainter }) {
  const { sizes, sizePixels } = painter;
  const at = sizes.indexOf(sizePixels);
  return (
    <div role="toolbar" aria-label="Mask tools" className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <SegmentedControl
        label="Tool"
        segments={[
          { value: "paint", label: "Paint", icon: <Icon name="paint" className="size-3.5" /> },
          { value: "erase", label: "Erase", icon: <Icon name="erase" className="size-3.5" /> },
        ]}
        value={painter.erases ? "erase" : "paint"}
        onValueChange={(tool) => painter.setErases(tool === "erase")}
        className="w-44"
      />
      <div className="flex w-48 items-center gap-3 text-sm text-ink-soft">
        <span aria-hidden>Brush</span>
        <div className="flex-1">
          <Slider
            label="Brush size"
            value={Math.max(0, at)}
            onValueChange={(next) => painter.setSize(sizes[next] ?? sizePixels)}
            min={0}
            max={sizes.length - 1}
          />
        </div>
        <output className="w-8 text-right tabular-nums">{sizePixels}</output>
      </div>
      <div className="flex gap-1">
        <Tool name="undo" label="Undo" isOff={!painter.canUndo} onPress={painter.undo} />
        <Tool name="redo" label="Redo" isOff={!painter.canRedo} onPress={painter.redo} />
        <Tool name="invert" label="Invert" onPress={() => painter.perform({ kind: "invert" })} />
        <Tool name="remove" label="Clear" onPress={() => painter.perform({ kind: "clear" })} />
      </div>
    </div>
  );
}

interface ToolProps {
  readonly name: IconName;
  readonly label: string;
  readonly isOff?: boolean;
  readonly onPress: () => void;
}

function Tool({ name, label, isOff, onPress }: ToolProps) {
  return (
    <Button variant="ghost" size="icon" aria-label={label} title={label} disabled={isOff === true} onClick={onPress}>
      <Icon name={name} />
    </Button>
  );
}
