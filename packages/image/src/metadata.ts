import { MezzotintError } from "@mezzotint/contracts/errors";
import { canonicalJson, type Json } from "@mezzotint/contracts/json";
import { readPngChunks, writePngChunks } from "./png-chunks.ts";
import { internationalTextChunk, readTextChunk, textChunk } from "./png-text.ts";

const RECIPE_KEYWORD = "mezzotint";
const PARAMETERS_KEYWORD = "parameters";

export interface ImageMetadata {
  /** The recipe the image can be made again from. */
  readonly recipe?: Json;
  /** The same for other programs, in the A1111 form. */
  readonly parameters?: string;
}

/**
 * Writes metadata into a PNG behind its header, replacing what stood under the same keywords: the recipe as canonical
 * JSON in an iTXt chunk "mezzotint", the parameters as text "parameters". Throws INVALID_INPUT when it is no PNG.
 */
export function embedMetadata(png: Uint8Array, metadata: ImageMetadata): Uint8Array {
  const { recipe, parameters } = metadata;
  const replaced = new Set<string>();
  if (recipe !== undefined) replaced.add(RECIPE_KEYWORD);
  if (parameters !== undefined) replaced.add(PARAMETERS_KEYWORD);
  const [header, ...rest] = readPngChunks(png);
  if (header?.type !== "IHDR") throw new MezzotintError("INVALID_INPUT", `PNG of ${png.length} bytes has no header`);
  const kept = rest.filter((chunk) => !replaced.has(readTextChunk(chunk)?.keyword ?? ""));
  const added = [
    ...(recipe === undefined ? [] : [internationalTextChunk({ keyword: RECIPE_KEYWORD, text: canonicalJson(recipe) })]),
    ...(parameters === undefined ? [] : [textChunk({ keyword: PARAMETERS_KEYWORD, text: parameters })]),
  ];
  return writePngChunks([header, ...added, ...kept]);
}

/**
 * Reads what `embedMetadata` wrote; absent parts are undefined. The recipe is untrusted JSON, to be parsed by its
 * schema. Throws INVALID_INPUT when the file is no PNG or the recipe is no JSON.
 */
export function readMetadata(png: Uint8Array): ImageMetadata {
  const texts = new Map<string, string>();
  for (const chunk of readPngChunks(png)) {
    const text = readTextChunk(chunk);
    if (text !== undefined && !texts.has(text.keyword)) texts.set(text.keyword, text.text);
  }
  const recipe = texts.get(RECIPE_KEYWORD);
  const parameters = texts.get(PARAMETERS_KEYWORD);
  return {
    ...(recipe === undefined ? {} : { recipe: parseRecipe(recipe) }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

function parseRecipe(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new MezzotintError("INVALID_INPUT", `embedded recipe of ${text.length} characters is no JSON`, { cause });
  }
}
