import type { ModelInfo } from "@mezzotint/contracts/model";
import { SIZE_MAX } from "@mezzotint/contracts/recipe";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size a model draws a source at: of its shape, as many pixels as usual; the model's own where it has no choice. */
export function sizeForSource(source: Size, model: ModelInfo): Size {
  const { width, height } = model.defaults;
  if (model.fixedSize) return { width, height };
  const scale = Math.sqrt((width * height) / (source.width * source.height));
  return {
    width: fit(source.width * scale, model.sizeMultiple),
    height: fit(source.height * scale, model.sizeMultiple),
  };
}

function fit(side: number, multiple: number): number {
  const largest = Math.floor(SIZE_MAX / multiple) * multiple;
  return Math.min(largest, Math.max(multiple, Math.round(side / multiple) * multiple));
}

const SHAPE_TOLERANCE = 0.02;

/** Whether drawing the source at that size would squeeze it visibly. */
export function isSqueezed(source: Size, drawn: Size): boolean {
  const ratio = source.width / source.height / (drawn.width / drawn.height);
  return Math.abs(Math.log(ratio)) > SHAPE_TOLERANCE;
}

/** The largest part of the source of the drawn shape, from its middle: left, top, width, height in whole pixels. */
export function centreCrop(source: Size, drawn: Size): Size & { readonly left: number; readonly top: number } {
  const scale = Math.min(source.width / drawn.width, source.height / drawn.height);
  const width = Math.max(1, Math.min(source.width, Math.round(drawn.width * scale)));
  const height = Math.max(1, Math.min(source.height, Math.round(drawn.height * scale)));
  return { left: Math.floor((source.width - width) / 2), top: Math.floor((source.height - height) / 2), width, height };
}
