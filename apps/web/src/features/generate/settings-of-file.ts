import { parseA1111Parameters, type A1111Parameters } from "@mezzotint/contracts/a1111-parameters";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { Recipe } from "@mezzotint/contracts/recipe";

/** What a picture file says it was made by: a recipe of the studio, or what other programs write. */
export type FileSettings =
  | { readonly kind: "recipe"; readonly recipe: Recipe }
  | { readonly kind: "parameters"; readonly parameters: A1111Parameters };

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length and type before a chunk's data, and the checksum behind it. */
const HEAD_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** The settings in a PNG, the studio's own first; null where there are none that can be read. */
export async function settingsOfFile(file: Blob): Promise<FileSettings | null> {
  const texts = readTexts(new Uint8Array(await file.arrayBuffer()));
  return recipeIn(texts.get("mezzotint")) ?? parametersIn(texts.get("parameters"));
}

/**
 * Texts by keyword, from tEXt and plain iTXt chunks (PNG specification, 11.3.3), packed ones left out; empty for a file
 * that is no PNG. The reader of packages/image needs native code, which a browser has not.
 */
function readTexts(bytes: Uint8Array<ArrayBuffer>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) return texts;
  const view = new DataView(bytes.buffer);
  for (let at = SIGNATURE.length; at + HEAD_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const data = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    const keywordEnd = data.indexOf(0);
    const text = keywordEnd === -1 ? null : textOf(String.fromCharCode(...bytes.subarray(at + 4, at + 8)), data);
    const keyword = new TextDecoder("latin1").decode(data.subarray(0, Math.max(0, keywordEnd)));
    if (text !== null && !texts.has(keyword)) texts.set(keyword, text);
    at += HEAD_BYTES + length + CHECKSUM_BYTES;
  }
  return texts;
}

function textOf(type: string, data: Uint8Array): string | null {
  const keywordEnd = data.indexOf(0);
  if (type === "tEXt") return new TextDecoder("latin1").decode(data.subarray(keywordEnd + 1));
  // A byte that says whether it is packed, one that says how, a language and a translation of the keyword.
  if (type !== "iTXt" || data[keywordEnd + 1] !== 0) return null;
  const languageEnd = data.indexOf(0, keywordEnd + 3);
  const translationEnd = languageEnd === -1 ? -1 : data.indexOf(0, languageEnd + 1);
  return translationEnd === -1 ? null : new TextDecoder().decode(data.subarray(translationEnd + 1));
}

function recipeIn(text: string | undefined): FileSettings | null {
  if (text === undefined) return null;
  try {
    const { data } = Recipe.safeParse(JSON.parse(text));
    return data === undefined ? null : { kind: "recipe", recipe: data };
  } catch {
    // Whoever wrote it under our name, it is no recipe of ours.
    return null;
  }
}

function parametersIn(text: string | undefined): FileSettings | null {
  if (text === undefined) return null;
  try {
    return { kind: "parameters", parameters: parseA1111Parameters(text) };
  } catch (error) {
    if (error instanceof MezzotintError) return null;
    throw error;
  }
}
