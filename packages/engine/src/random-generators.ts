import type { GeneratorId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NormalGenerator, NormalGeneratorState } from "@mezzotint/numeric/random/normal-generator";
import {
  createNumpyLegacyNormal,
  NUMPY_SEED_MAX,
  restoreNumpyLegacyNormal,
} from "@mezzotint/numeric/random/numpy-legacy-normal";
import { createPhiloxNormal, restorePhiloxNormal } from "@mezzotint/numeric/random/philox-normal";
import { createTorchNormal, restoreTorchNormal } from "@mezzotint/numeric/random/torch-normal";

interface GeneratorEntry {
  /** The largest seed it takes. */
  readonly seedMax: bigint;
  readonly create: (seed: bigint) => NormalGenerator;
}

const SEED_MAX = 2n ** 64n - 1n;

const GENERATORS = {
  "torch-cpu": { seedMax: SEED_MAX, create: createTorchNormal },
  philox: { seedMax: SEED_MAX, create: (seed) => createPhiloxNormal(seed) },
  "numpy-legacy": { seedMax: NUMPY_SEED_MAX, create: createNumpyLegacyNormal },
} as const satisfies Record<GeneratorId, GeneratorEntry>;

/** The generator of a name, started by a decimal seed. Throws INVALID_INPUT for a seed that it does not take. */
export function createGenerator(id: GeneratorId, seed: string): NormalGenerator {
  const { seedMax, create } = GENERATORS[id];
  const start = BigInt(seed);
  if (start <= seedMax) return create(start);
  throw new MezzotintError("INVALID_INPUT", `seed: the generator ${id} takes 0 to ${seedMax}, got ${seed}`);
}

/** The generator that continues where `state` was taken. Throws RangeError for a state that is none. */
export function restoreGenerator(state: NormalGeneratorState): NormalGenerator {
  switch (state.generator) {
    case "torch-cpu":
      return restoreTorchNormal(state);
    case "philox":
      return restorePhiloxNormal(state);
    case "numpy-legacy":
      return restoreNumpyLegacyNormal(state);
  }
}
