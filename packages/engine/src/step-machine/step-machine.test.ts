import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Recipe } from "@mezzotint/contracts/recipe";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { preparePictures } from "../families/prepare-pictures.ts";
import { loadModel, type LoadedModel } from "../load-model.ts";
import { createGenerator } from "../random-generators.ts";
import { writeTinyModel } from "../testing/tiny-model.ts";
import { advanceTogether } from "./advance-together.ts";
import { readCallMemory } from "./call-memory.ts";
import { createCompany } from "./company.ts";
import { decodeState } from "./decode-state.ts";
import { drawPictures } from "./draw-pictures.ts";
import { encodeState } from "./encode-state.ts";
import { createLine } from "./line.ts";
import { beginPicture, callsBehind, madeBy, resumePicture } from "./picture.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-step-machine-"));
await writeTinyModel(path.join(scratch, "tiny"));
const flow = await loadModel(path.join(scratch, "tiny"), { threads: 1 });
const diffusion = await loadModel(path.join(import.meta.dirname, "../__fixtures__/pipelines/tiny-sd"), { threads: 1 });
afterAll(async () => {
  await flow.dispose();
  await diffusion.dispose();
  await rm(scratch, { recursive: true });
});

interface Wish {
  readonly prompt: string;
  readonly seed: number;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly sampler: number;
  readonly generator: Recipe["generator"];
  /** After how many turns of the others it joins. */
  readonly joins: number;
}

const wishes: fc.Arbitrary<Wish> = fc.record({
  prompt: fc.constantFrom("a red apple", "blue whale", ""),
  seed: fc.nat(1_000),
  steps: fc.integer({ min: 4, max: 7 }),
  guidanceScale: fc.constantFrom(1, 3, 7.5),
  sampler: fc.nat(100),
  generator: fc.constantFrom("torch-cpu", "philox", "numpy-legacy"),
  joins: fc.nat(6),
});

function recipeOf({ info }: LoadedModel, wish: Wish): Recipe {
  const { seed, sampler, prompt, steps, guidanceScale, generator } = wish;
  const scheduler = info.schedulers[sampler % info.schedulers.length];
  if (scheduler === undefined) throw new Error("no scheduler");
  const side = info.fixedSize ? 64 : 32;
  const size = { width: side, height: side };
  const usual = { version: 1, negativePrompt: null, guidanceRescale: 0, eta: 0 } as const;
  return {
    ...usual,
    ...size,
    prompt,
    steps,
    guidanceScale,
    generator,
    model: { name: info.name, hash: info.hash },
    scheduler,
    seed: String(seed),
  };
}

async function orderOf(model: LoadedModel, wish: Wish) {
  const recipe = recipeOf(model, wish);
  const { course } = await preparePictures(model.parts, recipe, { source: null });
  return { course, from: createGenerator(recipe.generator, recipe.seed) };
}

async function latentsAlone(model: LoadedModel, wish: Wish): Promise<string> {
  const [made = []] = await drawPictures([await orderOf(model, wish)]);
  return bitsOf(made);
}

/** Bytes rather than numbers: to compare them is quick, and it tells 0 from -0. */
function bitsOf(made: readonly NdArray[]): string {
  const { buffer, byteOffset, byteLength } = made.at(-1)?.data ?? new Float32Array();
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}

describe.each([
  ["flow matching", flow, 1],
  ["stable diffusion", diffusion, 12],
] as const)("%s", (_, model, proofs) => {
  test("a picture has every bit it has alone, in whatever company it joins and leaves", async () => {
    const company = createCompany({ proofs });
    await fc.assert(
      fc.asyncProperty(fc.array(wishes, { minLength: 1, maxLength: 5 }), async (asked) => {
        const line = await runMixed(model, asked, company);
        for (const [i, wish] of asked.entries()) expect(line[i]).toEqual(await latentsAlone(model, wish));
      }),
      { numRuns: 8 },
    );
    const shared = company.findings().filter(({ difference }) => difference === 0);
    expect(shared.length).toBeGreaterThan(0);
    for (const { difference, scale } of company.findings()) expect(difference).toBeLessThan(3e-6 * Math.max(1, scale));
  }, 60_000);

  test("a picture goes on from the bytes of any of its states to the same picture", async () => {
    await fc.assert(
      fc.asyncProperty(wishes, fc.nat(20), async (wish, calls) => {
        const { course, from } = await orderOf(model, wish);
        const company = createCompany();
        let picture = await beginPicture(course, from);
        for (let call = 0; picture.steering !== null; call++) {
          if (call === calls) {
            const state = decodeState(encodeState(picture.state, "recipe"), "recipe");
            picture = await resumePicture((await orderOf(model, wish)).course, state);
            expect(callsBehind(picture)).toBe(call);
          }
          const [next] = await advanceTogether([picture], company);
          if (next === undefined || "error" in next) throw next?.error;
          picture = next.picture;
        }
        expect(bitsOf(madeBy(picture))).toEqual(await latentsAlone(model, wish));
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});

/** Pictures that join after some calls of the first and leave when they are done; their latents in the given order. */
async function runMixed(
  model: LoadedModel,
  asked: readonly Wish[],
  company: ReturnType<typeof createCompany>,
): Promise<string[]> {
  const line = createLine(company);
  const results: Promise<readonly NdArray[]>[] = [];
  const [first, ...others] = await Promise.all(asked.map((wish) => orderOf(model, wish)));
  if (first === undefined) return [];
  let calls = 0;
  const joinDue = (all: boolean): void => {
    for (const [i, order] of others.entries()) {
      const due = all || (asked[i + 1]?.joins ?? 0) <= calls;
      if (due && results[i + 1] === undefined) results[i + 1] = line.join(order);
    }
  };
  results[0] = line.join(first, {
    onCall: () => {
      calls += 1;
      joinDue(false);
    },
  });
  await results[0];
  joinDue(true);
  return (await Promise.all(results)).map(bitsOf);
}

test("one that is cancelled leaves within a call, one that fails leaves alone, and the rest go on", async () => {
  const line = createLine(createCompany({ proofs: 1 }));
  const wish = { prompt: "", seed: 1, steps: 7, guidanceScale: 3, sampler: 0, generator: "philox", joins: 0 } as const;
  const [steady, stopped, broken] = [await orderOf(flow, wish), await orderOf(flow, wish), await orderOf(flow, wish)];
  const abort = new AbortController();
  const calls: number[] = [];
  const outcomes = await Promise.allSettled([
    line.join(steady),
    line.join(stopped, { signal: abort.signal, onCall: ({ done }) => (done === 3 ? abort.abort() : undefined) }),
    line.join(broken, {
      onCall: ({ done }) => {
        calls.push(done);
        if (done === 2) throw new RangeError("a listener that fails");
      },
    }),
  ]);
  expect(outcomes[0]).toMatchObject({ status: "fulfilled" });
  expect(outcomes[1]).toMatchObject({ reason: { code: "CANCELLED", message: "cancelled after 3 of 7 steps" } });
  expect(outcomes[2]).toMatchObject({ reason: { message: "a listener that fails" } });
  expect(calls).toEqual([1, 2]);
  if (outcomes[0]?.status === "fulfilled") expect(bitsOf(outcomes[0].value)).toBe(await latentsAlone(flow, wish));
});

test("other work of the process has its turn before every call, made or spared", async () => {
  const wish = { prompt: "", seed: 1, steps: 7, guidanceScale: 3, sampler: 0, generator: "philox", joins: 0 } as const;
  const recipe = { ...recipeOf(flow, wish), steps: 12, stepCache: { threshold: 0.3 } };
  const { course } = await preparePictures(flow.parts, recipe, { source: null });
  const turns: number[] = [];
  let behind = 0;
  let spared = 0;
  await createLine(createCompany()).join(
    { course, from: createGenerator("philox", "1") },
    {
      onCall: ({ state }) => {
        turns.push(behind);
        setImmediate(() => (behind += 1));
        spared = Math.max(spared, readCallMemory(state.memory).cache?.reused ?? 0);
      },
    },
  );
  expect(spared).toBeGreaterThan(0);
  expect(turns).toEqual(Array.from({ length: 12 }, (_, call) => call));
});

test("pictures that come at the same time share their first call", async () => {
  const wish = { prompt: "", seed: 1, steps: 4, guidanceScale: 3, sampler: 0, generator: "philox", joins: 0 } as const;
  const company = createCompany();
  const asked: number[] = [];
  const ask: typeof company.ask = (wanted) => {
    asked.push(wanted.length);
    return company.ask(wanted);
  };
  const line = createLine({ ...company, ask });
  const orders = [await orderOf(flow, wish), await orderOf(flow, { ...wish, seed: 2 })];
  await Promise.all(orders.map((order) => line.join(order)));
  expect(asked).toEqual([2, 2, 2, 2]);
});

test("a state of another recipe is refused with the numbers", async () => {
  const wish = { prompt: "", seed: 1, steps: 4, guidanceScale: 1, sampler: 0, generator: "philox", joins: 0 } as const;
  const { course, from } = await orderOf(flow, wish);
  const { state } = await beginPicture(course, from);
  const other = (await orderOf(diffusion, wish)).course;
  const long = { ...state, index: 4 };
  await expect(resumePicture(other, state)).rejects.toThrow("needs [1,4,16,16] before call 4, it holds 256 numbers");
  await expect(resumePicture(course, long)).rejects.toThrow("it holds 256 numbers before call 4");
  const made = [1, 2].map(() => ({ shape: [1], data: Float32Array.of(0) }));
  await expect(resumePicture(course, { ...state, made })).rejects.toThrow("2 stages are behind, the recipe has 1");
});
