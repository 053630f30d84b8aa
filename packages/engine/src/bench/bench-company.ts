import type { ModelInfo } from "@mezzotint/contracts/model";
import { recipeOfImage, type Recipe } from "@mezzotint/contracts/recipe";
import type { Provider } from "@mezzotint/onnx/device";
import { generateImages } from "../generate-images.ts";
import { loadModel, type LoadedModel } from "../load-model.ts";
import type { Finding } from "../step-machine/company.ts";
import { watchSessions } from "./session-watch.ts";

export interface CompanyBenchOptions {
  readonly folder: string;
  readonly recipe: Recipe;
  readonly provider: Provider;
  readonly threads: number;
}

/** What became of the pictures of one company beside the same pictures alone. */
export interface CompanyRow {
  readonly name: string;
  readonly pictures: number;
  /** Runs of the network that runs most, for the pictures one by one and in company. */
  readonly callsAlone: number;
  readonly callsTogether: number;
  /** Largest absolute differences: of latents after any model call, and of bytes of the pictures. */
  readonly latents: number;
  readonly bytes: number;
}

export interface CompanyBench {
  readonly model: Pick<ModelInfo, "name" | "hash">;
  readonly rows: readonly CompanyRow[];
  /** What was found out about calls in which rows of several pictures stood. */
  readonly findings: readonly Finding[];
}

/** Times each company draws: at first its calls are proven, later they are shared. */
const ROUNDS = 3;
const SIZES = [1, 2, 4];

/** Draws pictures alone and in company and compares every number. Throws as loading and generating do. */
export async function benchCompany({ folder, recipe, provider, threads }: CompanyBenchOptions): Promise<CompanyBench> {
  const watch = watchSessions();
  const model = await loadModel(folder, { provider, threads, open: watch.open });
  const callsSince = () => Math.max(0, ...[...watch.take().networks.values()].map(({ calls }) => calls));
  try {
    const rows: CompanyRow[] = [];
    for (const { name, recipes } of companiesOf(recipe, model.info)) {
      callsSince();
      const alone: Drawn[] = [];
      for (const one of recipes) alone.push(await drawn(model, one));
      const callsAlone = callsSince();
      let [callsTogether, latents, bytes] = [0, 0, 0];
      for (let round = 0; round < ROUNDS; round++) {
        const together = await Promise.all(recipes.map((one) => drawn(model, one)));
        callsTogether = callsSince();
        for (const [i, picture] of together.entries()) {
          latents = Math.max(latents, largestGap(picture.latents, alone[i]?.latents ?? []));
          bytes = Math.max(bytes, largestGap([picture.pixels], [alone[i]?.pixels ?? []]));
        }
      }
      rows.push({ name, pictures: recipes.length, callsAlone, callsTogether, latents, bytes });
    }
    const { name, hash } = model.info;
    return { model: { name, hash }, rows, findings: model.company.findings() };
  } finally {
    await model.dispose();
  }
}

interface Company {
  readonly name: string;
  readonly recipes: readonly Recipe[];
}

/** Equal settings with seeds in a row; and four people who agree in nothing but the model and the size. */
function companiesOf(recipe: Recipe, { schedulers }: ModelInfo): Company[] {
  const equal = SIZES.map((size) => {
    const recipes = Array.from({ length: size }, (_, i) => recipeOfImage(recipe, i));
    return { name: size === 1 ? "one, again" : `${size} seeds`, recipes };
  });
  const other = schedulers[1] ?? recipe.scheduler;
  const mixed: Recipe[] = [
    recipe,
    { ...recipe, prompt: "a fox in snow", seed: "41", steps: recipe.steps + 3 },
    { ...recipe, prompt: "two boats", seed: "42", scheduler: other, guidanceScale: recipe.guidanceScale + 2 },
    { ...recipe, prompt: "a red door", seed: "43", guidanceScale: 1 },
  ];
  return [...equal, { name: "mixed", recipes: mixed }];
}

interface Drawn {
  /** After each model call. */
  readonly latents: readonly Float32Array[];
  readonly pixels: Uint8Array;
}

async function drawn(model: LoadedModel, recipe: Recipe): Promise<Drawn> {
  const latents: Float32Array[] = [];
  const onStep = (event: { readonly latents: Float32Array }) => void latents.push(event.latents.slice());
  const { images } = await generateImages(model, { recipe, count: 1, onStep });
  return { latents, pixels: images[0]?.pixels ?? new Uint8Array() };
}

/** Infinite where there are more or fewer numbers, or one that is none. */
function largestGap(some: readonly ArrayLike<number>[], others: readonly ArrayLike<number>[]): number {
  if (some.length !== others.length) return Infinity;
  let largest = 0;
  for (const [i, values] of some.entries()) {
    const other = others[i] ?? [];
    if (values.length !== other.length) return Infinity;
    for (let at = 0; at < values.length; at++) {
      const gap = Math.abs((values[at] as number) - (other[at] as number));
      if (!(gap <= largest)) largest = Number.isNaN(gap) ? Infinity : gap;
    }
  }
  return largest;
}
