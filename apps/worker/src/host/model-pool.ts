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

export interface AcquiredModel extends PooledModel {
  /** 0 for a model that was still loaded. */
  readonly loadMs: number;
  /** To be called once it is not used any more: only an idle model makes room. */
  readonly release: () => void;
}

export interface ModelPool {
  /** The model of a recipe, loaded unless it still is; idle others make room, the least recently used first. */
  acquire(wanted: Recipe["model"]): Promise<AcquiredModel>;
  /** Lets all idle models go. */
  clear(): Promise<void>;
}

/** Sessions take about three times the size of the weights on disk (measured with Stable Diffusion 1.5). */
const MEMORY_PER_FILE_BYTE = 3;

interface Entry extends PooledModel {
  users: number;
}

/** Models kept loaded between generations. However many ask at once, a model is loaded once. */
export function createModelPool(settings: HostSettings): ModelPool {
  const { modelFolders, device, threads, memoryBudgetBytes } = settings;
  const loaded = new Map<string, Entry>();
  let turn: Promise<unknown> = Promise.resolve();

  async function makeRoom(bytes: number): Promise<void> {
    for (const [key, { model, users }] of loaded) {
      const sizes = [...loaded.values()].map((pooled) => pooled.model.info.sizeBytes * MEMORY_PER_FILE_BYTE);
      if (sizes.reduce((sum, size) => sum + size, bytes) <= memoryBudgetBytes) return;
      if (users > 0) continue;
      loaded.delete(key);
      await model.dispose();
    }
  }

  async function load(wanted: Recipe["model"]): Promise<Entry> {
    const folder = await findFolder(modelFolders, wanted);
    const { hash, sizeBytes } = await describeModel(folder);
    if (hash !== wanted.hash) {
      const message = `model ${wanted.name}: the recipe was made with ${wanted.hash}, here is ${hash}`;
      throw new MezzotintError("MODEL_UNAVAILABLE", message);
    }
    await makeRoom(sizeBytes * MEMORY_PER_FILE_BYTE);
    const model = await loadModel(folder, { provider: device.provider, deviceIndex: device.index, threads });
    return { model, preview: createPreviewer(model.presentation), users: 0 };
  }

  async function acquireNow(wanted: Recipe["model"]): Promise<AcquiredModel> {
    const startedMs = performance.now();
    const key = `${wanted.name} ${wanted.hash}`;
    const known = loaded.get(key);
    const entry = known ?? (await load(wanted));
    // Deleting and setting again moves it to the end: the map's order is the order of use.
    loaded.delete(key);
    loaded.set(key, entry);
    entry.users += 1;
    let released = false;
    const release = (): void => {
      if (!released) entry.users -= 1;
      released = true;
    };
    const { model, preview } = entry;
    return { model, preview, loadMs: known === undefined ? performance.now() - startedMs : 0, release };
  }

  async function clearNow(): Promise<void> {
    for (const [key, { model, users }] of loaded) {
      if (users > 0) continue;
      loaded.delete(key);
      await model.dispose();
    }
  }

  /** One after the other, so that two cannot load or make room at once. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  return { acquire: (wanted) => inTurn(() => acquireNow(wanted)), clear: () => inTurn(clearNow) };
}

async function findFolder(modelFolders: readonly string[], { name }: Recipe["model"]): Promise<string> {
  const models = await findModels(modelFolders);
  const found = models.find((model) => model.name === name);
  if (found !== undefined) return found.folder;
  const names = models.map((model) => model.name).join(", ");
  throw new MezzotintError("MODEL_UNAVAILABLE", `model ${name}: not among the ${models.length} models here (${names})`);
}
