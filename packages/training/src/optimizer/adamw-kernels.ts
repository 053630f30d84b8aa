import { assembleModule, f32x4, f64, f64x2, i32, local, repeatWhile, v128 } from "@mezzotint/numeric/wasm-assembler";
import type { Code, WasmFunction, WasmType } from "@mezzotint/numeric/wasm-assembler";
import { instantiate } from "@mezzotint/numeric/web-assembly";
import type { WasmMemory } from "@mezzotint/numeric/web-assembly";

/** The kernels. Addresses and sizes are bytes; sizes are positive multiples of 16. */
export interface AdamWKernels {
  /** One fused update of `sizeBytes` bytes of each of five arrays; argument order as in `updateParameters`. */
  readonly update: (...operands: readonly number[]) => void;
  /** Sum of squares of a float32 array, accumulated in float64. */
  readonly sumOfSquares: (address: number, sizeBytes: number) => number;
  /** target += source. */
  readonly accumulate: (target: number, source: number, sizeBytes: number) => void;
}

const addressNames = ["parameter", "gradient", "first", "second", "ema", "sizeBytes"] as const;
const scalarNames = [
  "gradientScale",
  "firstRate",
  "secondRate",
  "decayRate",
  "stepSize",
  "denominatorScale",
  "epsilon",
  "emaRate",
] as const;

/** Operands of `update` in order: byte addresses and size, then numbers which are the same for every element. */
export type UpdateOperands = Readonly<Record<(typeof addressNames)[number] | (typeof scalarNames)[number], number>>;

/** Calls the fused kernel with named operands. */
export function updateParameters(kernels: AdamWKernels, operands: UpdateOperands): void {
  kernels.update(...addressNames.map((name) => operands[name]), ...scalarNames.map((name) => operands[name]));
}

/** Assembles the kernels and binds them to `memory`. */
export function createAdamWKernels(memory: WasmMemory): AdamWKernels {
  return instantiate<AdamWKernels>(assembleModule([update(), sumOfSquares(), accumulate()]), memory);
}

/** Steps `offset` (a local) by 16 bytes from 0 while it is below the local `sizeBytes`. */
function forEachVector(offset: number, sizeBytes: number, body: Code): Code {
  return repeatWhile(
    [...body, ...local.set(offset, i32.add(local.get(offset), i32.constant(16)))],
    i32.lessUnsigned(local.get(offset), local.get(sizeBytes)),
  );
}

/**
 * g = gradient*gradientScale; first += firstRate*(g - first); second += secondRate*(g*g - second);
 * p -= decayRate*p + stepSize*first / (sqrt(second)*denominatorScale + epsilon); ema += emaRate*(p - ema).
 */
function update(): WasmFunction {
  const parameterCount = addressNames.length + scalarNames.length;
  const offset = parameterCount;
  const splatIndex = (name: (typeof scalarNames)[number]) => offset + 1 + scalarNames.indexOf(name);
  const scalar = (name: (typeof scalarNames)[number]) => local.get(splatIndex(name));
  const [g, m, v, p, e] = [0, 1, 2, 3, 4].map((index) => offset + 1 + scalarNames.length + index) as Five;
  const at = (name: (typeof addressNames)[number]) => i32.add(local.get(addressNames.indexOf(name)), local.get(offset));
  const towards = (from: Code, rate: Code, to: Code) => f32x4.add(from, f32x4.mul(rate, f32x4.sub(to, from)));
  const get = local.get;
  const denominator = f32x4.add(f32x4.mul(f32x4.sqrt(get(v)), scalar("denominatorScale")), scalar("epsilon"));
  const change = f32x4.add(
    f32x4.mul(get(p), scalar("decayRate")),
    f32x4.div(f32x4.mul(get(m), scalar("stepSize")), denominator),
  );
  const body = [
    ...local.set(g, f32x4.mul(v128.load(at("gradient")), scalar("gradientScale"))),
    ...local.set(m, v128.load(at("first"))),
    ...local.set(m, towards(get(m), scalar("firstRate"), get(g))),
    ...v128.store(at("first"), 0, get(m)),
    ...local.set(v, v128.load(at("second"))),
    ...local.set(v, towards(get(v), scalar("secondRate"), f32x4.mul(get(g), get(g)))),
    ...v128.store(at("second"), 0, get(v)),
    ...local.set(p, v128.load(at("parameter"))),
    ...local.set(p, f32x4.sub(get(p), change)),
    ...v128.store(at("parameter"), 0, get(p)),
    ...local.set(e, v128.load(at("ema"))),
    ...v128.store(at("ema"), 0, towards(get(e), scalar("emaRate"), get(p))),
  ];
  const splats = scalarNames.flatMap((name, index) =>
    local.set(splatIndex(name), f32x4.splat(local.get(addressNames.length + index))),
  );
  return {
    name: "update",
    parameters: [...addressNames.map((): WasmType => "i32"), ...scalarNames.map((): WasmType => "f32")],
    locals: ["i32", ...scalarNames.map((): WasmType => "v128"), "v128", "v128", "v128", "v128", "v128"],
    body: [...splats, ...forEachVector(offset, addressNames.indexOf("sizeBytes"), body)],
  };
}

type Five = [number, number, number, number, number];

function sumOfSquares(): WasmFunction {
  const [address, sizeBytes, offset, low, high, pair] = [0, 1, 2, 3, 4, 5] as const;
  const place = i32.add(local.get(address), local.get(offset));
  const addSquares = (sum: number, half: 0 | 8) => [
    ...local.set(pair, f64x2.promoteLow(v128.loadHalf(place, half))),
    ...local.set(sum, f64x2.add(local.get(sum), f64x2.mul(local.get(pair), local.get(pair)))),
  ];
  const loop = forEachVector(offset, sizeBytes, [...addSquares(low, 0), ...addSquares(high, 8)]);
  const total = local.set(low, f64x2.add(local.get(low), local.get(high)));
  return {
    name: "sumOfSquares",
    parameters: ["i32", "i32"],
    result: "f64",
    locals: ["i32", "v128", "v128", "v128"],
    body: [...loop, ...total, ...f64.add(f64x2.lane(local.get(low), 0), f64x2.lane(local.get(low), 1))],
  };
}

function accumulate(): WasmFunction {
  const [target, source, sizeBytes, offset] = [0, 1, 2, 3] as const;
  const place = (base: number) => i32.add(local.get(base), local.get(offset));
  const sum = f32x4.add(v128.load(place(target)), v128.load(place(source)));
  return {
    name: "accumulate",
    parameters: ["i32", "i32", "i32"],
    locals: ["i32"],
    body: forEachVector(offset, sizeBytes, v128.store(place(target), 0, sum)),
  };
}
