import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** The folder of a part under one of its names, or null. */
export async function findOptionalPart(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const part = path.join(folder, name);
    const found = await stat(part).catch(() => null);
    if (found?.isDirectory() === true) return part;
  }
  return null;
}

/** The same for a part that must be there. Throws MODEL_UNAVAILABLE naming what is missing. */
export async function findPart(folder: string, names: readonly string[]): Promise<string> {
  const part = await findOptionalPart(folder, names);
  if (part !== null) return part;
  throw new MezzotintError(
    "MODEL_UNAVAILABLE",
    `model ${path.basename(folder)}: its part ${names.join(" or ")} is missing`,
  );
}

/** The ONNX file of a part: model.onnx, else the only one there. Throws MODEL_UNAVAILABLE when that is not one file. */
export async function findModelFile(part: string): Promise<string> {
  const files = (await readdir(part)).filter((file) => file.endsWith(".onnx"));
  const [only] = files.includes("model.onnx") ? ["model.onnx"] : files.length === 1 ? files : [];
  if (only !== undefined) return path.join(part, only);
  const label = path.join(path.basename(path.dirname(part)), path.basename(part));
  throw new MezzotintError(
    "MODEL_UNAVAILABLE",
    `${label}: expected model.onnx, found ${files.length} other .onnx files`,
  );
}
