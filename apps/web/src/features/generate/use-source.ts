"use client";

import { MezzotintError } from "@mezzotint/contracts/errors";
import type { SourceKind, SourceView } from "@mezzotint/contracts/source";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { messageOf } from "#client/error-reason.ts";
import { leaveForSignIn, useTRPC } from "#client/trpc.tsx";
import { formFile, type FormFile } from "./form-state.ts";
import { createCanvas, loadImage, maskSizeOf, pngOf } from "./mask-canvas.ts";
import { settingsOfFile, type FileSettings } from "./settings-of-file.ts";
import { centreCrop, sizeForSource, type Size } from "./source-size.ts";
import { uploadSource } from "./upload-source.ts";
import type { GenerateFormModel } from "./use-generate-form.ts";

export interface SourceModel {
  readonly isBusy: boolean;
  /** Whether a file is being held over the page. */
  readonly isDraggedOver: boolean;
  /** Why the last file was not taken; null when it was. */
  readonly refusal: string | null;
  /** What the file that was taken last was made by, when it says so. */
  readonly settings: FileSettings | null;
  /** Starts from this file. */
  take(file: Blob): void;
  /** Starts from a picture of the gallery. */
  takeImage(imageId: string): void;
  /** Cuts the source to the shape it is drawn in. */
  crop(): void;
  keepMask(mask: Blob | null): Promise<boolean>;
  remove(): void;
}

/** What the form starts from: files that are chosen, dropped or pasted anywhere on the page, or pictures of the studio. */
export function useSource({ form, model, change }: GenerateFormModel): SourceModel {
  const trpc = useTRPC();
  const [uploads, setUploads] = useState(0);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [settings, setSettings] = useState<FileSettings | null>(null);
  const fromImage = useMutation(trpc.source.fromImage.mutationOptions());

  /** Runs the work; its reason stands in the panel when it fails. */
  async function attempt(work: () => Promise<void>): Promise<boolean> {
    setUploads((count) => count + 1);
    setRefusal(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof MezzotintError && error.code === "UNAUTHENTICATED") leaveForSignIn();
      setRefusal(error instanceof MezzotintError ? error.message : messageOf(error));
      return false;
    } finally {
      setUploads((count) => count - 1);
    }
  }

  function startFrom(view: SourceView, madeBy: FileSettings | null = null): void {
    setSettings(madeBy);
    const size = model === null ? {} : sizeForSource(view, model);
    change({ source: formFile(view), mask: null, ...size });
  }

  function take(file: Blob): void {
    void attempt(async () => startFrom(await uploadSource("image", file), await settingsOfFile(file)));
  }

  const isDraggedOver = useFilesOverPage(take);
  return {
    isBusy: uploads > 0,
    isDraggedOver,
    refusal,
    settings: form.source === null ? null : settings,
    take,
    takeImage: (imageId) => void attempt(async () => startFrom(await fromImage.mutateAsync({ imageId }))),
    crop() {
      const { source, width, height } = form;
      if (source === null || width === null || height === null) return;
      void attempt(async () => startFrom(await uploadSource("image", await cropped(source, { width, height }))));
    },
    keepMask: (mask) => attempt(async () => change({ mask: mask === null ? null : await kept("mask", mask) })),
    remove() {
      setRefusal(null);
      change({ source: null, mask: null });
    },
  };
}

async function kept(kind: SourceKind, file: Blob): Promise<FormFile | null> {
  return formFile(await uploadSource(kind, file));
}

async function cropped(source: FormFile, drawn: Size): Promise<Blob> {
  const part = centreCrop(source, drawn);
  const { canvas, context } = createCanvas(maskSizeOf(part));
  const image = await loadImage(source.url);
  context.drawImage(image, part.left, part.top, part.width, part.height, 0, 0, canvas.width, canvas.height);
  return pngOf(canvas);
}

/** Files dropped or pasted anywhere on the page; a text pasted into a field stays a text. */
function useFilesOverPage(take: (file: Blob) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const hold = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      const [file] = event.dataTransfer?.files ?? [];
      setOver(false);
      if (file === undefined) return;
      event.preventDefault();
      take(file);
    };
    const paste = (event: ClipboardEvent): void => {
      const data = event.clipboardData;
      const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (file === undefined || data?.types.includes("text/plain") === true) return;
      event.preventDefault();
      take(file);
    };
    window.addEventListener("dragover", hold);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragover", hold);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  });
  return isOver;
}
