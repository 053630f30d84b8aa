import { openSession } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";
import { createTorchNormal } from "@mezzotint/numeric/random/torch-normal";
import { describe, expect, test, vi } from "vitest";
import { globalOf, legacyTorchFile, zipTorchFile, type PlainTensor } from "../testing/torch-file.ts";
import { convertInception } from "./convert-inception.ts";
import { inceptionGraph } from "./inception-graph.ts";
import { readPickle } from "./read-pickle.ts";
import { readTorchFile } from "./read-torch-file.ts";

vi.setConfig({ testTimeout: 60_000 });

const SIDE = 75;
const random = createTorchNormal(7n);
const tensors = new Map<string, PlainTensor>();

function tensor(name: string, shape: readonly number[], change: (value: number) => number): void {
  tensors.set(name, { shape, data: random.normal(shape).map(change) });
}

/** A picture of [channels][height][width] in float64, as plain as can be. */
type Planes = number[][][];

interface Convolution {
  readonly kernel: readonly [number, number];
  readonly outputs: number;
  readonly stride?: number;
  readonly same?: boolean;
}

/** Makes random weights for a layer and computes it as the definition says: convolution, batch norm, ReLU. */
function layer(x: Planes, name: string, { kernel, outputs, stride = 1, same = true }: Convolution): Planes {
  const [high, wide] = kernel;
  const inputs = x.length;
  tensor(`${name}.conv.weight`, [outputs, inputs, high, wide], (value) => value / Math.sqrt(inputs * high * wide));
  tensor(`${name}.bn.weight`, [outputs], (value) => 1 + value / 10);
  tensor(`${name}.bn.bias`, [outputs], (value) => value / 5);
  tensor(`${name}.bn.running_mean`, [outputs], (value) => value / 10);
  tensor(`${name}.bn.running_var`, [outputs], (value) => 0.5 + Math.abs(value));
  const at = (part: string): Float32Array => tensors.get(`${name}.${part}`)?.data ?? new Float32Array(0);
  const [weight, scale, shift] = [at("conv.weight"), at("bn.weight"), at("bn.bias")];
  const [mean, variance] = [at("bn.running_mean"), at("bn.running_var")];
  const [top, left] = same ? [(high - 1) / 2, (wide - 1) / 2] : [0, 0];
  return Array.from({ length: outputs }, (_, o) =>
    windows(x, { high, wide, stride, top, left }, (y, column) => {
      let sum = 0;
      for (let i = 0; i < inputs; i++) {
        for (let dy = 0; dy < high; dy++) {
          for (let dx = 0; dx < wide; dx++) {
            sum += (x[i]?.[y + dy]?.[column + dx] ?? 0) * Number(weight[((o * inputs + i) * high + dy) * wide + dx]);
          }
        }
      }
      const normal = (sum - Number(mean[o])) / Math.sqrt(Number(variance[o]) + 0.001);
      return Math.max(0, normal * Number(scale[o]) + Number(shift[o]));
    }),
  );
}

interface Window {
  readonly high: number;
  readonly wide: number;
  readonly stride: number;
  readonly top: number;
  readonly left: number;
}

function windows(x: Planes, window: Window, value: (y: number, x: number) => number): number[][] {
  const { high, wide, stride, top, left } = window;
  const steps = (size: number, kernel: number, padding: number) =>
    Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const rows = steps(x[0]?.length ?? 0, high, top);
  const columns = steps(x[0]?.[0]?.length ?? 0, wide, left);
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_value, column) => value(y * stride - top, column * stride - left)),
  );
}

/** The greatest, or the mean, of the pixels of a 3 x 3 window that are in the picture. */
function pooled(x: Planes, how: "max" | "mean", [stride, padding]: readonly [number, number]): Planes {
  return x.map((plane) =>
    windows([plane], { high: 3, wide: 3, stride, top: padding, left: padding }, (y, column) => {
      const values = [0, 1, 2].flatMap((dy) =>
        [0, 1, 2].flatMap((dx) => {
          const found = plane[y + dy]?.[column + dx];
          return found === undefined ? [] : [found];
        }),
      );
      if (how === "max") return Math.max(...values);
      return values.reduce((sum, one) => sum + one, 0) / values.length;
    }),
  );
}

function means(x: Planes): number[] {
  return x.map((plane) => plane.flat().reduce((sum, one) => sum + one, 0) / plane.flat().length);
}

const [ONE, THREE, FIVE, ROW, COLUMN] = [
  [1, 1],
  [3, 3],
  [5, 5],
  [1, 7],
  [7, 1],
] as const;

function along(x: Planes, name: string, kernels: readonly (readonly [string, readonly [number, number]])[]): Planes {
  return kernels.reduce((value, [part, kernel]) => layer(value, `${name}.${part}`, { kernel, outputs: 2 }), x);
}

/** The whole network in narrow, written down a second time from pytorch-fid's description, making weights as it goes. */
function narrowInception(pixels: Planes): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  let x = layer(pixels, "Conv2d_1a_3x3", { kernel: THREE, outputs: 3, stride: 2, same: false });
  x = layer(x, "Conv2d_2a_3x3", { kernel: THREE, outputs: 2, same: false });
  x = pooled(layer(x, "Conv2d_2b_3x3", { kernel: THREE, outputs: 3 }), "max", [2, 0]);
  found["features_64"] = means(x);
  x = layer(x, "Conv2d_3b_1x1", { kernel: ONE, outputs: 2 });
  x = pooled(layer(x, "Conv2d_4a_3x3", { kernel: THREE, outputs: 4, same: false }), "max", [2, 0]);
  found["features_192"] = means(x);
  for (const name of ["Mixed_5b", "Mixed_5c", "Mixed_5d"]) {
    x = [
      ...along(x, name, [["branch1x1", ONE]]),
      ...along(x, name, [
        ["branch5x5_1", ONE],
        ["branch5x5_2", FIVE],
      ]),
      ...along(x, name, [
        ["branch3x3dbl_1", ONE],
        ["branch3x3dbl_2", THREE],
        ["branch3x3dbl_3", THREE],
      ]),
      ...along(pooled(x, "mean", [1, 1]), name, [["branch_pool", ONE]]),
    ];
  }
  const last = { kernel: THREE, outputs: 2, stride: 2, same: false };
  const double = along(x, "Mixed_6a", [
    ["branch3x3dbl_1", ONE],
    ["branch3x3dbl_2", THREE],
  ]);
  x = [
    ...layer(x, "Mixed_6a.branch3x3", last),
    ...layer(double, "Mixed_6a.branch3x3dbl_3", last),
    ...pooled(x, "max", [2, 0]),
  ];
  for (const name of ["Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e"]) {
    x = [
      ...along(x, name, [["branch1x1", ONE]]),
      ...along(x, name, [
        ["branch7x7_1", ONE],
        ["branch7x7_2", ROW],
        ["branch7x7_3", COLUMN],
      ]),
      ...along(x, name, [
        ["branch7x7dbl_1", ONE],
        ["branch7x7dbl_2", COLUMN],
        ["branch7x7dbl_3", ROW],
        ["branch7x7dbl_4", COLUMN],
        ["branch7x7dbl_5", ROW],
      ]),
      ...along(pooled(x, "mean", [1, 1]), name, [["branch_pool", ONE]]),
    ];
  }
  found["features_768"] = means(x);
  const wide = along(x, "Mixed_7a", [
    ["branch7x7x3_1", ONE],
    ["branch7x7x3_2", ROW],
    ["branch7x7x3_3", COLUMN],
  ]);
  x = [
    ...layer(along(x, "Mixed_7a", [["branch3x3_1", ONE]]), "Mixed_7a.branch3x3_2", last),
    ...layer(wide, "Mixed_7a.branch7x7x3_4", last),
    ...pooled(x, "max", [2, 0]),
  ];
  for (const [name, how] of [
    ["Mixed_7b", "mean"],
    ["Mixed_7c", "max"],
  ] as const) {
    const single = along(x, name, [["branch3x3_1", ONE]]);
    const twice = along(x, name, [
      ["branch3x3dbl_1", ONE],
      ["branch3x3dbl_2", THREE],
    ]);
    x = [
      ...along(x, name, [["branch1x1", ONE]]),
      ...along(single, name, [["branch3x3_2a", [1, 3]]]),
      ...along(single, name, [["branch3x3_2b", [3, 1]]]),
      ...along(twice, name, [["branch3x3dbl_3a", [1, 3]]]),
      ...along(twice, name, [["branch3x3dbl_3b", [3, 1]]]),
      ...along(pooled(x, how, [1, 1]), name, [["branch_pool", ONE]]),
    ];
  }
  const features = means(x);
  tensor("fc.weight", [5, features.length], (value) => value / 3);
  tensor("fc.bias", [5], (value) => value);
  const [weight, bias] = ["fc.weight", "fc.bias"].map((name) => tensors.get(name)?.data ?? new Float32Array(0));
  const unbiased = Array.from({ length: 5 }, (_, row) =>
    features.reduce((sum, value, column) => sum + value * Number(weight?.[row * features.length + column]), 0),
  );
  return {
    ...found,
    features,
    logits_unbiased: unbiased,
    logits: unbiased.map((value, row) => value + Number(bias?.[row])),
  };
}

const picture = random.normal([3, SIDE, SIDE]).map((value) => Math.tanh(value));
const expected = narrowInception(
  [0, 1, 2].map((c) =>
    Array.from({ length: SIDE }, (_, y) =>
      Array.from({ length: SIDE }, (_value, x) => Number(picture[(c * SIDE + y) * SIDE + x])),
    ),
  ),
);

test("the graph computes pytorch-fid's network, every output of it", async () => {
  const session = await openSession(writeModel(inceptionGraph(readTorchFile(legacyTorchFile(tensors)), SIDE)), {
    threads: 1,
  });
  const outputs = await session.run({
    pixel_values: { dtype: "float32", shape: [1, 3, SIDE, SIDE], data: picture },
  });
  await session.release();
  expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [name, values] of Object.entries(expected)) {
    const found = outputs[name];
    expect(found?.shape, name).toEqual([1, values.length]);
    values.forEach((value, i) => expect(Number(found?.data[i]), `${name} ${i}`).toBeCloseTo(value, 4));
    expect(new Set(values).size, name).toBeGreaterThan(1);
  }
});

describe("files of torch", () => {
  test("say the same in both containers, and all that was put in", () => {
    const [legacy, zip] = [readTorchFile(legacyTorchFile(tensors)), readTorchFile(zipTorchFile(tensors))];
    expect(legacy).toEqual(zip);
    expect(legacy).toEqual(tensors);
    expect(legacy.size).toBe(94 * 5 + 2);
  });

  test("of another network are refused with what does not fit", () => {
    expect(() => convertInception(legacyTorchFile(tensors))).toThrow("features_64 has 3 values, not 64");
    const without = new Map(tensors);
    without.delete("Mixed_5b.branch1x1.bn.bias");
    expect(() => inceptionGraph(readTorchFile(zipTorchFile(without)), SIDE)).toThrow("branch1x1.bn.bias is not among");
  });

  test("that name anything but tensors, or are cut anywhere, are refused", () => {
    const hostile = (body: Buffer): Uint8Array =>
      zipTorchFile(new Map(), Buffer.concat([Buffer.from([0x80, 2]), body]));
    const command = Buffer.concat([
      globalOf("os", "system"),
      Buffer.from("(X\u0004\u0000\u0000\u0000true"),
      Buffer.from("tR."),
    ]);
    expect(() => readTorchFile(hostile(command))).toThrow("the global os.system is not allowed");
    expect(() => readTorchFile(hostile(globalOf("builtins", "eval")))).toThrow("the global builtins.eval");
    expect(() => readTorchFile(hostile(Buffer.from("i__main__\nX\n.")))).toThrow("operation 0x69 at byte 2");
    expect(() => readTorchFile(hostile(Buffer.from([0x93])))).toThrow("operation 0x93 at byte 2");
    expect(() => readTorchFile(hostile(Buffer.from("X\u0000\u0000\u0000\u0040.")))).toThrow("at most 65536");
    expect(() => readTorchFile(hostile(Buffer.from("h\u0001.")))).toThrow("recalling 1, which was never remembered");
    expect(() => readTorchFile(hostile(Buffer.from("tu.")))).toThrow("a missing mark");
    expect(() => readTorchFile(hostile(Buffer.from("].")))).toThrow("holds no dictionary");
    const one = new Map([["a", { shape: [2, 3], data: new Float32Array(6) }]]);
    const whole = legacyTorchFile(one);
    for (let end = 0; end < whole.length; end++) {
      expect(() => readTorchFile(whole.subarray(0, end)), String(end)).toThrow(/pickle|weights/);
    }
  });

  test("bombs of operations end", () => {
    const bytes = Buffer.concat([Buffer.from([0x80, 2]), Buffer.alloc(1_000_001, "N")]);
    const hooks = { globals: new Set<string>(), call: () => null, persistent: () => null };
    expect(() => readPickle(bytes, 0, hooks)).toThrow("more than 1000000 operations");
  });
});
