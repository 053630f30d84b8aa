/**
 * The byte-level alphabet of GPT-2 tokenizers: each of the 256 byte values has a printable character, itself where it
 * is printable Latin-1 and otherwise the next unused one from U+0100 on (so a space is "Ġ").
 */
export const BYTE_CHARACTERS: readonly string[] = buildAlphabet();

function buildAlphabet(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}

const encoder = new TextEncoder();

/** UTF-8 bytes of a text in the byte-level alphabet, one character per byte. */
export function toByteCharacters(text: string): string {
  return Array.from(encoder.encode(text), (byte) => BYTE_CHARACTERS[byte] as string).join("");
}
