import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { openSession } from "@mezzotint/onnx/session";
import { generateImages } from "../generate-images.ts";
import { loadModel, type LoadOptions } from "../load-model.ts";
import { countFlops } from "./count-flops.ts";
import { networkOf } from "./session-watch.ts";

/**
 * Floating-point operations of one run of each network that a recipe uses, by the name of its folder, counted in the
 * profile of one generation. Throws as loading and generating do.
 */
export async function profileFlops(
  folder: string,
  recipe: Recipe,
  options: Pick<LoadOptions, "provider" | "threads">,
): Promise<ReadonlyMap<string, number>> {
  const profiles = await mkdtemp(path.join(tmpdir(), "mezzotint-profile-"));
  try {
    const model = await loadModel(folder, {
      ...options,
      open: (file, session) =>
        openSession(file, { ...session, profilePrefix: path.join(profiles, `${networkOf(file)}=`) }),
    });
    try {
      await generateImages(model, { recipe, count: 1 });
    } finally {
      await model.dispose();
    }
    const flops = new Map<string, number>();
    for (const file of await readdir(profiles)) {
      const network = file.slice(0, file.lastIndexOf("="));
      const counted = countFlops(await readFile(path.join(profiles, file), "utf8"));
      flops.set(network, Math.max(counted, flops.get(network) ?? 0));
    }
    return flops;
  } finally {
    await rm(profiles, { recursive: true, force: true });
  }
}
