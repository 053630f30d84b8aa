"use client";

import { Button } from "@mezzotint/ui/button";
import { classNames } from "@mezzotint/ui/class-names";
import { Icon } from "@mezzotint/ui/icon";
import { useEffect, useRef, useState } from "react";
import type { FormFile } from "./form-state.ts";
import { MaskPainter } from "./mask-painter.tsx";
import { NumberSlider } from "./number-slider.tsx";
import type { FileSettings } from "./settings-of-file.ts";
import { isSqueezed } from "./source-size.ts";
import { strengthMeaning } from "./strength-meaning.ts";
import { SOURCE_TYPES } from "./upload-source.ts";
import type { GenerateFormModel } from "./use-generate-form.ts";
import type { SourceModel } from "./use-source.ts";

export interface SourcePanelProps {
  readonly state: GenerateFormModel;
  readonly source: SourceModel;
  readonly onReuse: (settings: FileSettings) => void;
}

/** What a picture starts from: nothing, a file, and a mask on it. */
export function SourcePanel({ state, source, onReuse }: SourcePanelProps) {
  const { form, errors, model } = state;
  if (form.source === null && model?.source === "none") return null;
  const complaints = [source.refusal, errors.source, errors.mask].filter((text) => text !== null && text !== undefined);
  return (
    <section aria-label="Picture to start from" aria-busy={source.isBusy} className="flex flex-col gap-3">
      {form.source === null ? (
        <DropPlace source={source} />
      ) : (
        <ChosenSource file={form.source} state={state} source={source} />
      )}
      {source.settings !== null && <CarriedSettings settings={source.settings} onReuse={onReuse} />}
      {complaints.map((text) => (
        <p key={text} role="alert" className="text-sm text-danger">
          {text}
        </p>
      ))}
    </section>
  );
}

function DropPlace({ source }: { readonly source: SourceModel }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div
      className={classNames(
        "flex items-center gap-3 rounded-control border border-dashed px-3 py-2 transition-colors duration-150",
        source.isDraggedOver ? "border-copper bg-copper-wash" : "border-line-strong",
      )}
    >
      <FileInput inputRef={input} onFile={source.take} />
      <Button
        variant="ghost"
        size="small"
        className="-ml-2"
        disabled={source.isBusy}
        onClick={() => input.current?.click()}
      >
        <Icon name="add-picture" />
        {source.isBusy ? "Uploading…" : "Start from a picture"}
      </Button>
      <span className="text-xs text-ink-quiet pointer-coarse:hidden">or drop or paste one</span>
    </div>
  );
}

interface FileInputProps {
  readonly inputRef: React.RefObject<HTMLInputElement | null>;
  readonly onFile: (file: Blob) => void;
}

function FileInput({ inputRef, onFile }: FileInputProps) {
  function takeFrom(input: HTMLInputElement): void {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    onFile(file);
    // So that choosing the same file again is a change again.
    input.value = "";
  }
  // A file chosen before the page came alive told nobody.
  useEffect(() => {
    if (inputRef.current !== null) takeFrom(inputRef.current);
  });
  return (
    <input
      ref={inputRef}
      type="file"
      accept={SOURCE_TYPES}
      aria-label="File to start from"
      tabIndex={-1}
      className="sr-only"
      onChange={(event) => takeFrom(event.target)}
    />
  );
}

/** The file says what made it; that may be what was wanted of it. */
function CarriedSettings({
  settings,
  onReuse,
}: { readonly settings: FileSettings } & Pick<SourcePanelProps, "onReuse">) {
  return (
    <p className="flex items-center justify-between gap-3 rounded-control bg-copper-wash px-3 py-1.5 text-sm">
      <span>
        {settings.kind === "recipe"
          ? "It carries the recipe it was made by."
          : "It carries settings of another program."}
      </span>
      <Button variant="ghost" size="small" className="-mr-2 px-2" onClick={() => onReuse(settings)}>
        <Icon name="reuse" />
        Reuse settings
      </Button>
    </p>
  );
}

function ChosenSource({ file, state, source }: Omit<SourcePanelProps, "onReuse"> & { readonly file: FormFile }) {
  const { form, errors, model, change } = state;
  const [paints, setPaints] = useState(false);
  const drawn = { width: form.width ?? file.width, height: form.height ?? file.height };
  return (
    <>
      <div className="flex gap-3">
        <SourceThumbnail file={file} mask={form.mask} />
        <div className="flex min-w-0 flex-1 flex-col justify-between gap-2">
          <p className="text-sm text-ink-soft">
            {form.mask === null ? "Starts from this picture" : "Drawn anew where it is masked"}
            <span className="block text-xs text-ink-quiet tabular-nums">
              {file.width} × {file.height} pixels
            </span>
          </p>
          <div className="-ml-2 flex flex-wrap gap-1">
            {model?.mask !== "none" && (
              <Button
                variant="ghost"
                size="small"
                className="px-2"
                disabled={source.isBusy}
                onClick={() => setPaints(true)}
              >
                <Icon name="paint" />
                {form.mask === null ? "Paint mask" : "Change mask"}
              </Button>
            )}
            {form.mask !== null && (
              <Button variant="ghost" size="small" className="px-2" onClick={() => change({ mask: null })}>
                <Icon name="erase" />
                Drop mask
              </Button>
            )}
            <Button variant="ghost" size="small" className="px-2" onClick={source.remove}>
              <Icon name="remove" />
              Remove
            </Button>
          </div>
        </div>
      </div>
      {isSqueezed(file, drawn) && (
        <p className="flex items-center justify-between gap-3 rounded-control bg-copper-wash px-3 py-1.5 text-sm">
          <span>
            It will be squeezed to {drawn.width} × {drawn.height}.
          </span>
          <Button variant="ghost" size="small" className="-mr-2 px-2" disabled={source.isBusy} onClick={source.crop}>
            Crop instead
          </Button>
        </p>
      )}
      <NumberSlider
        label="Strength"
        value={form.strength}
        onChange={(strength) => change({ strength })}
        error={errors.strength}
        hint={strengthMeaning(form)}
        min={0}
        max={1}
        step={0.05}
      />
      <MaskPainter source={file} mask={form.mask} open={paints} onOpenChange={setPaints} onDone={source.keepMask} />
    </>
  );
}

function SourceThumbnail({ file, mask }: { readonly file: FormFile; readonly mask: FormFile | null }) {
  return (
    <div className="relative size-22 shrink-0 overflow-hidden rounded-[3px] bg-mat shadow-print">
      <img src={file.url} alt="What it starts from" className="absolute inset-0 size-full object-contain" />
      {mask !== null && (
        <div
          role="img"
          aria-label="Mask: what is drawn anew"
          className="absolute inset-0 bg-copper opacity-60"
          style={{
            maskImage: `url(${mask.url})`,
            maskMode: "luminance",
            maskSize: "contain",
            maskPosition: "center",
            maskRepeat: "no-repeat",
          }}
        />
      )}
    </div>
  );
}
