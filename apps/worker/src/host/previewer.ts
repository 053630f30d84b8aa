import type { ModelPresentation } from "@mezzotint/contracts/model";
import { encodePreview, latentsToRgb } from "@mezzotint/image/latent-preview";

const LENGTH_MAX = 4_500;
const LONG_SIDES = [256, 192, 128, 96, 64, 32];

/** Latents f32 [1, channels, height, width] as a data URL of at most 4,500 characters, or null where there is no map. */
export type Previewer = (latents: Float32Array, shape: readonly number[]) => Promise<string | null>;

/** Previews by the linear map a model presents itself with; always null for a model without one. */
export function createPreviewer({ latentPreview: map }: ModelPresentation): Previewer {
  if (map === undefined) return async () => null;
  const factors = Float32Array.from(map.factors.flat());
  const bias = Float32Array.from(map.bias);
  let sizeIndex = 0;
  return async (latents, shape) => {
    const [, channels, height = 0, width = 0] = shape;
    if (channels !== map.factors.length) return null;
    const image = latentsToRgb({ latents, width, height, factors, bias });
    // A size that was too long once stays too long for this model: noise is hard to pack.
    for (; sizeIndex < LONG_SIDES.length; sizeIndex++) {
      const preview = await encodePreview(image, { longSide: LONG_SIDES[sizeIndex] ?? 0 });
      if (preview.length <= LENGTH_MAX) return preview;
    }
    return null;
  };
}
