const SIGNATURE = "89504e470d0a1a0a";

/** The uncompressed text chunks of a PNG by keyword, read as any other program would read them. */
export function readPngText(png: Buffer): ReadonlyMap<string, string> {
  if (png.subarray(0, 8).toString("hex") !== SIGNATURE) throw new Error("This is no PNG.");
  const texts = new Map<string, string>();
  for (let offset = 8; offset < png.length;) {
    const lengthBytes = png.readUInt32BE(offset);
    const type = png.toString("latin1", offset + 4, offset + 8);
    const data = png.subarray(offset + 8, offset + 8 + lengthBytes);
    const keywordEnd = data.indexOf(0);
    if (type === "tEXt") {
      texts.set(data.toString("latin1", 0, keywordEnd), data.toString("latin1", keywordEnd + 1));
    } else if (type === "iTXt") {
      // Keyword, compression flag and method, language tag, translated keyword, text.
      const languageEnd = data.indexOf(0, keywordEnd + 3);
      const textStart = data.indexOf(0, languageEnd + 1) + 1;
      texts.set(data.toString("latin1", 0, keywordEnd), data.toString("utf8", textStart));
    }
    offset += 12 + lengthBytes;
  }
  return texts;
}
