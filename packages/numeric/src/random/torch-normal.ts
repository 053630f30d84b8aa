import { createMt19937, restoreMt19937, type Mt19937 } from "./mt19937.ts";
import type { Mt19937NormalState, NormalGenerator } from "./normal-generator.ts";
import { logSingle, sinCosSingle } from "./single-precision.ts";

const BLOCK = 16;
const HALF_BLOCK = 8;
const round = Math.fround;
const TWO_PI_SINGLE = round(2 * Math.PI);

/**
 * The generator behind `torch.Generator("cpu").manual_seed(seed)`: float32 `randn`, bit for bit as on x86 with AVX2.
 * Only the low 32 bits of the seed count, as in torch. Fewer than 16 elements are drawn one by one in double
 * precision with a spare that survives between calls; 16 and more in blocks in single precision.
 * Box & Muller 1958; the order of draws is that of ATen's normal distribution kernels.
 */
export function createTorchNormal(seed: bigint): NormalGenerator {
  return generatorFrom(createMt19937(seed), null);
}

/** The generator that continues where `state` was taken. Throws RangeError for a state that is none. */
export function restoreTorchNormal(state: Mt19937NormalState<"torch-cpu">): NormalGenerator {
  return generatorFrom(restoreMt19937(state.engine), state.spare);
}

function generatorFrom(engine: Mt19937, firstSpare: number | null): NormalGenerator {
  let spare = firstSpare;

  function nextDouble(): number {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    const angle = 2 * Math.PI * uniform53(engine);
    const radius = Math.sqrt(-2 * Math.log1p(-uniform53(engine)));
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  return {
    normal(shape) {
      const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
      if (values.length < BLOCK) {
        for (let i = 0; i < values.length; i++) values[i] = nextDouble();
      } else {
        fillInBlocks(values, engine);
      }
      return values;
    },
    state: () => ({ generator: "torch-cpu", engine: engine.state(), spare }),
  };
}

/** 53 random bits of two draws, the high word first, as a double in [0, 1). */
function uniform53(engine: Mt19937): number {
  const high = engine.next() & 0x1fffff;
  return (high * 2 ** 32 + engine.next()) * 2 ** -53;
}

function uniform24(engine: Mt19937): number {
  return (engine.next() & 0xffffff) * 2 ** -24;
}

/** Uniforms everywhere first, then block by block; a last partial block is redrawn over the last 16 elements. */
function fillInBlocks(values: Float32Array, engine: Mt19937): void {
  for (let i = 0; i < values.length; i++) values[i] = uniform24(engine);
  for (let start = 0; start + BLOCK <= values.length; start += BLOCK) transformBlock(values, start);
  if (values.length % BLOCK === 0) return;
  const last = values.length - BLOCK;
  for (let i = last; i < values.length; i++) values[i] = uniform24(engine);
  transformBlock(values, last);
}

function transformBlock(values: Float32Array, start: number): void {
  for (let i = start; i < start + HALF_BLOCK; i++) {
    const complement = round(1 - (values[i] as number));
    const radius = round(Math.sqrt(round(-2 * logSingle(complement))));
    const { sin, cos } = sinCosSingle(round(TWO_PI_SINGLE * (values[i + HALF_BLOCK] as number)));
    values[i] = radius * cos;
    values[i + HALF_BLOCK] = radius * sin;
  }
}
