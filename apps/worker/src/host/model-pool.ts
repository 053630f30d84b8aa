import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { describeModel } from "@mezzotint/engine/describe-model";
import { findModels } from "@mezzotint/engine/find-models";
import { loadModel, type LoadedModel } from "@mezzotint/engine/load-model";
import { createPreviewer, type Previewer } from "./previewer.ts";
import type { HostSettings } from "./protocol.ts";

export interface PooledModel {
  readonly model: LoadedModel;
  readonly preview: Previewer;
}

export interface ModelPool {
  /** The model of a recipe, loaded unless it still is; the others make room, the least recently used first. */
  acquire(wanted: Recipe["model"]): Promise<PooledModel & { readonly loadMs: number }>;
  /** Lets all models go. */
  clear(): Promise<void>;
}

/** Sessions take about three times the size of the weights on disk (measured with Stable Diffusion 1.5). */
const MEMORY_PER_FILE_BYTE = 3;

/** Models kept loaded between generations. Not for two acquisitions at once: the supervisor asks one by one. */
export function createModelPool(settings: HostSettings): ModelPool {
  const { modelFolders, provider, threads, memoryBudgetBytes } = settings;
  const loaded = new Map<string, PooledModel>();

  async function makeRoom(bytes: number): Promise<void> {
    for (const [key, { model }] of loaded) {
      const sizes = [...loaded.values()].map((pooled) => pooled.model.info.sizeBytes * MEMORY_PER_FILE_BYTE);
      if (sizes.reduce((sum, size) => sum + size, bytes) <= memoryBudgetBytes) return;
      loaded.delete(key);
      await model.dispose();
    }
  }

  async function load(wanted: Recipe["model"]): Promise<PooledModel> {
    const folder = await findFolder(modelFolders, wanted);
    const { hash, sizeBytes } = await describeModel(folder);
    if (hash !== wanted.hash) {
      const message = `model ${wanted.name}: the recipe was made with ${wanted.hash}, here is ${hash}`;
      throw new MezzotintError("MODEL_UNAVAILABLE", message);
    }
    await makeRoom(sizeBytes * MEMORY_PER_FILE_BYTE);
    const model = await loadModel(folder, { provider, threads });
    return { model, preview: createPreviewer(model.presentation) };
  }

  return {
    async acquire(wanted) {
      const startedMs = performance.now();
      const key = `${wanted.name} ${wanted.hash}`;
      const known = loaded.get(key);
      const pooled = known ?? (await load(wanted));
      // Deleting and setting again moves it to the end: the map's order is the order of use.
      loaded.delete(key);
      loaded.set(key, pooled);
      return { ...pooled, loadMs: known === undefined ? performance.now() - startedMs : 0 };
    },
    async clear() {
      const models = [...loaded.values()];
      loaded.clear();
      for (const { model } of models) await model.dispose();
    },
  };
}

async function findFolder(modelFolders: readonly string[], { name }: Recipe["model"]): Promise<string> {
  const models = await findModels(modelFolders);
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found.folder;
  const names = models.map((model) => model.name).join(", ");
  throw new MezzotintError("MODEL_UNAVAILABLE", `model ${name}: not among the ${models.length} models here (${names})`);
}
