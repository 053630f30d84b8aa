import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { GENERATOR_IDS } from "@mezzotint/contracts/catalogue";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGenerator } from "../random-generators.ts";
import { decodeState } from "./decode-state.ts";
import { encodeState } from "./encode-state.ts";
import type { PictureState } from "./picture-state.ts";

const numbers = fc.float32Array({ minLength: 1, maxLength: 40 });
const arrays = fc.array(numbers, { maxLength: 4 });
const generators = fc.tuple(fc.constantFrom(...GENERATOR_IDS), fc.nat(), fc.nat(70)).map(([id, seed, drawn]) => {
  const generator = createGenerator(id, String(seed));
  generator.normal([drawn]);
  return generator.state();
});
const states: fc.Arbitrary<PictureState> = fc.record({
  index: fc.nat(1_000),
  sample: numbers,
  history: arrays,
  memory: arrays,
  beside: fc.option(numbers),
  held: fc.option(fc.record({ original: numbers, noise: numbers })),
  made: fc.array(
    numbers.map((data) => ({ shape: [1, data.length], data })),
    { maxLength: 3 },
  ),
  generator: generators,
});

test("a decoded state is the encoded one, down to NaN, and its generator draws the same", () => {
  fc.assert(
    fc.property(states, fc.string(), (state, tag) => {
      expect(decodeState(encodeState(state, tag), tag)).toEqual(state);
    }),
    { numRuns: 40 },
  );
});

test("whatever is cut off, added or turned over is refused as such, and so is another's state", () => {
  const generator = createTorchNormal(1n).state();
  const bare = { index: 1, history: [], memory: [], beside: null, held: null, made: [], generator };
  const bytes = encodeState({ ...bare, sample: Float32Array.of(1, 2, 3) }, "mine");
  const refused = expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining("state: ") });
  const attempt = (changed: Uint8Array, tag = "mine") => {
    try {
      return decodeState(changed, tag);
    } catch (error) {
      return error;
    }
  };
  expect(attempt(bytes, "yours")).toMatchObject({ message: "state: expected the one of yours, it is of mine" });
  expect(attempt(new Uint8Array())).toMatchObject({ message: "state: expected at least 16 bytes, got 0" });
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      expect(attempt(bytes.subarray(0, at))).toEqual(refused);
      const turned = bytes.slice();
      turned[at] = (turned[at] ?? 0) ^ change;
      expect(attempt(turned)).toEqual(refused);
    }),
    { numRuns: 200 },
  );
  expect(attempt(Uint8Array.of(...bytes, 0))).toEqual(refused);
});
