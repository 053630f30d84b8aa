import fc from "fast-check";
import { expect, test } from "vitest";
import { createNumpyLegacyNormal, restoreNumpyLegacyNormal } from "./numpy-legacy-normal.ts";
import { sha256Hex } from "./testing/sha256-hex.ts";

// RandomState(seed).randn(5), then randn(100_000), as float32; recorded with NumPy 2.4.6 on x86 Linux.
test.each([
  {
    seed: 0n,
    first: [1.764052391052246, 0.40015721321105957, 0.978738009929657, 2.2408931255340576, 1.8675580024719238],
    sha256: "78aecd7fb508d84f3a2f4e0cf2b588138a557a1a977d98fdab923c05182dd55a",
  },
  {
    seed: 42n,
    first: [0.49671414494514465, -0.13826429843902588, 0.6476885676383972, 1.5230298042297363, -0.2341533750295639],
    sha256: "6943ef983f2d28ed7a396952ce5ca599896c1f811b31af9a554c7f0d6c5a7344",
  },
  {
    seed: 2n ** 32n - 1n,
    first: [0.6484086513519287, 0.6693235039710999, -1.0805437564849854, 0.2845010459423065, 0.1138877347111702],
    sha256: "0a8e414a0e98bdb02b82888fe3397a61993c96d48e1d4b814c4c6858ce43e8d2",
  },
])("seed $seed: 100,005 numbers are NumPy's, bit for bit as float32", async ({ seed, first, sha256 }) => {
  const generator = createNumpyLegacyNormal(seed);
  const values = new Float32Array(100_005);
  values.set(generator.normal([5]), 0);
  values.set(generator.normal([1, 4, 25_000]), 5);
  expect([...values.subarray(0, 5)]).toEqual(first);
  expect(await sha256Hex(values)).toBe(sha256);
});

test("a restored state continues the same stream, with the spare half of a pair", () => {
  const draws = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 4 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }), draws, (seed, sizes) => {
      const generator = createNumpyLegacyNormal(seed);
      for (const size of sizes) generator.normal([size]);
      const state = generator.state();
      expect(state.generator).toBe("numpy-legacy");
      const restored = restoreNumpyLegacyNormal(JSON.parse(JSON.stringify(state)));
      expect(restored.normal([7])).toEqual(generator.normal([7]));
    }),
    { numRuns: 30 },
  );
});

test("a seed that NumPy refuses is refused with its numbers", () => {
  expect(() => createNumpyLegacyNormal(2n ** 32n)).toThrow("0 to 4294967295, got 4294967296");
  expect(() => createNumpyLegacyNormal(-1n)).toThrow("got -1");
});
