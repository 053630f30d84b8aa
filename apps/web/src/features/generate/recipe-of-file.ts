import { Recipe } from "@mezzotint/contracts/recipe";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const KEYWORD = new TextEncoder().encode("mezzotint\0");
/** Length and type before a chunk's data, and the checksum behind it. */
const HEAD_BYTES = 8;
const CHECKSUM_BYTES = 4;

/** The recipe a picture of the studio carries (PNG specification, 11.3.3.4: an iTXt chunk); null for every other file. */
export async function recipeOfFile(file: Blob): Promise<Recipe | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!SIGNATURE.every((byte, at) => bytes[at] === byte)) return null;
  const view = new DataView(bytes.buffer);
  for (let at = SIGNATURE.length; at + HEAD_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const data = bytes.subarray(at + HEAD_BYTES, at + HEAD_BYTES + length);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + HEAD_BYTES));
    const text = type === "iTXt" ? textOf(data) : null;
    if (text !== null) return parse(text);
    at += HEAD_BYTES + length + CHECKSUM_BYTES;
  }
  return null;
}

/** The text under our keyword: behind two bytes on compression, of which we use none, a language and a translation. */
function textOf(data: Uint8Array): string | null {
  const starts = KEYWORD.every((byte, at) => data[at] === byte);
  if (!starts || data[KEYWORD.length] !== 0) return null;
  const languageEnd = data.indexOf(0, KEYWORD.length + 2);
  const translationEnd = languageEnd === -1 ? -1 : data.indexOf(0, languageEnd + 1);
  return translationEnd === -1 ? null : new TextDecoder().decode(data.subarray(translationEnd + 1));
}

function parse(text: string): Recipe | null {
  try {
    return Recipe.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Whoever wrote it under our name, it is no recipe of ours.
    return null;
  }
}
