import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Writes files below a folder by their paths; objects as JSON. */
export async function writeFolder(folder: string, files: Readonly<Record<string, object | Uint8Array>>): Promise<void> {
  for (const [file, content] of Object.entries(files)) {
    const target = path.join(folder, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, content instanceof Uint8Array ? content : JSON.stringify(content));
  }
}
