import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { encodeWith } from "../encode-prompt.ts";
import type { Conditions, PixelParts } from "./model-parts.ts";

/**
 * What a prompt and, where guided, its negative steer a stage of pixels with. Throws UNSUPPORTED for a stage that has no
 * encoder.
 */
export async function encodeWords(
  parts: PixelParts | undefined,
  { prompt, negativePrompt }: Pick<Recipe, "prompt" | "negativePrompt">,
  guided: boolean,
): Promise<Conditions> {
  const text = parts?.text ?? null;
  if (text === null) {
    const message = `model ${parts?.folder.name}: it has no tokenizer with a text encoder, so words mean nothing to it`;
    throw new MezzotintError("UNSUPPORTED", message);
  }
  // Captions were lower case in training.
  const encode = async (words: string) => ({
    encoder_hidden_states: (await encodeWith(text, words.toLowerCase().trim())).encoding.hidden,
  });
  return {
    conditional: await encode(prompt),
    unconditional: guided ? await encode(negativePrompt ?? "") : null,
  };
}
