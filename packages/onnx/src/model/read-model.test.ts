import { writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { toFloat16 } from "../float16.ts";
import { Graph } from "../graph/graph.ts";
import { conv2d } from "../graph/ops/convolution.ts";
import { mul } from "../graph/ops/elementwise.ts";
import { MessageWriter } from "../protobuf.ts";
import { openSession } from "../session.ts";
import { writeModel, writeModelFiles } from "../write-model.ts";
import { bytesSource } from "./byte-source.ts";
import { checkModelFile } from "./check-model.ts";
import { tensorsOf } from "./onnx-model.ts";
import { readModel } from "./read-model.ts";
import { verifyModelFile } from "./verify-model.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "mezzotint-read-"));
});
afterAll(() => rm(folder, { recursive: true }));

const KERNEL = Float32Array.from({ length: 4 * 4 * 9 * 16 }, (_, i) => Math.sin(i));

function convolution(kernel: Float32Array = KERNEL): Graph {
  const graph = new Graph("convolution");
  const x = graph.input("x", "float32", ["batch", 64, 8, 8]);
  const weight = graph.initializer("kernel", { dtype: "float32", shape: [4, 64, 3, 3], data: kernel });
  graph.output(mul(conv2d(x, weight, { padding: 1 }), 0.5), "y");
  return graph;
}

/** A model with one weight that a test describes field by field. */
function modelWith(weight: (tensor: MessageWriter) => void): Uint8Array {
  const model = new MessageWriter().int(1, 8);
  model.message(7, (graph) => {
    graph.message(1, (node) => node.text(1, "w").text(2, "y").text(4, "Identity"));
    graph.text(2, "g").message(5, weight);
    graph.message(12, (output) => output.text(1, "y"));
  });
  return model.message(8, (opset) => opset.text(1, "").int(2, 17)).finish();
}

function external(location: string, more: Readonly<Record<string, string>> = {}): Uint8Array {
  return modelWith((tensor) => {
    tensor.packed(1, [2]).int(2, 1).text(8, "w").int(14, 1);
    for (const pair of Object.entries({ location, ...more })) {
      tensor.message(13, (entry) => entry.text(1, pair[0]).text(2, pair[1]));
    }
  });
}

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, name, "model.onnx");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, bytes);
  return file;
}

test("what the builder writes is read back: nodes, attributes, weights and their places", () => {
  const { irVersion, opsets, graph } = readModel(bytesSource(writeModel(convolution())));
  expect([irVersion, opsets.get("")]).toEqual([10, 21]);
  expect(graph.nodes.map(({ op, inputs, outputs }) => [op, inputs.length, outputs.length])).toEqual([
    ["Conv", 2, 1],
    ["Mul", 2, 1],
    ["Identity", 1, 1],
  ]);
  expect(graph.nodes[0]?.attributes.get("pads")).toEqual({ ints: [1, 1, 1, 1] });
  expect([graph.inputs[0]?.name, graph.outputs[0]?.name]).toEqual(["x", "y"]);
  const kernel = graph.initializers.find(({ name }) => name === "kernel");
  expect(kernel).toMatchObject({ dataType: 1, shape: [4, 64, 3, 3], place: { kind: "raw" } });
  const file = path.join(folder, "outside.onnx");
  writeModelFiles(convolution(), file);
  const [outside] = [...tensorsOf(checkModelFile(file))];
  expect(outside?.place).toEqual({
    kind: "external",
    location: "outside.onnx_data",
    offset: 0,
    sizeBytes: 4 * KERNEL.length,
  });
});

test("any damage gives a model or a MODEL_CORRUPT with the place, never another error", () => {
  const bytes = writeModel(convolution());
  const damage = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), cut: fc.boolean() });
  let refused = 0;
  fc.assert(
    fc.property(damage, ({ at, byte, cut }) => {
      const damaged = cut ? bytes.subarray(0, at) : Uint8Array.from(bytes);
      if (!cut) damaged[at] = byte;
      try {
        readModel(bytesSource(damaged));
      } catch (error) {
        refused++;
        expect(error).toMatchObject({ code: "MODEL_CORRUPT" });
      }
    }),
    { numRuns: 1_000 },
  );
  expect(refused).toBeGreaterThan(100);
});

test("graphs within graphs without end are refused", () => {
  let graph = new MessageWriter().text(2, "inner").finish();
  for (let depth = 0; depth < 40; depth++) {
    const body = graph;
    graph = new MessageWriter()
      .message(1, (node) => node.text(4, "If").message(5, (branch) => branch.text(1, "then_branch").bytes(6, body)))
      .finish();
  }
  expect(() => readModel(bytesSource(new MessageWriter().bytes(7, graph).finish()))).toThrow("more than 32 deep");
});

test.each([
  ["needs 16 bytes, it has 8", (w: MessageWriter) => w.packed(1, [4]).bytes(9, new Uint8Array(8))],
  ["has the shape [-4]", (w: MessageWriter) => w.packed(1, [-4]).bytes(9, new Uint8Array(8))],
  ["has the shape [4294967296,4294967296]", (w: MessageWriter) => w.packed(1, [2 ** 32, 2 ** 32])],
  [
    "needs 4503599627370496 bytes, it has 8",
    (w: MessageWriter) => w.packed(1, [2 ** 30, 2 ** 20]).bytes(9, new Uint8Array(8)),
  ],
])("a weight that %s is refused before it is opened", async (reason, describe) => {
  const file = await written(
    "shape",
    modelWith((tensor) => describe(tensor.int(2, 1).text(8, "w"))),
  );
  await expect(openSession(file)).rejects.toMatchObject({
    code: "MODEL_CORRUPT",
    message: expect.stringContaining(`model shape/model.onnx: weight w`),
  });
  expect(() => checkModelFile(file)).toThrow(reason);
});

test.each([
  "../secret",
  "/etc/hostname",
  "C:\\secret",
  "..\\secret",
  "a/../../secret",
  "\\\\host\\share",
  "",
  "c:secret",
])("weights at %j are outside of the folder", async (location) => {
  await writeFile(path.join(folder, "secret"), new Uint8Array(8));
  const file = await written("escape", external(location));
  expect(() => checkModelFile(file)).toThrow("outside of the network's folder");
  await expect(openSession(file)).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
});

test("weights beside the network are measured, links inside a cache are followed, others are not", async () => {
  const file = await written("beside", external("w.bin", { offset: "4", length: "8" }));
  expect(() => checkModelFile(file)).toThrow("lies in w.bin, which is missing");
  const data = path.join(folder, "beside/w.bin");
  await writeFile(data, new Uint8Array(12));
  expect(checkModelFile(file).graph.nodes).toHaveLength(1);
  await truncate(data, 11);
  expect(() => checkModelFile(file)).toThrow("needs bytes 4 to 12 of w.bin, which has 11");
  await rm(data);
  await mkdir(data);
  expect(() => checkModelFile(file)).toThrow("no regular file");
  const wrong = await written("length", external("w.bin", { length: "4" }));
  expect(() => checkModelFile(wrong)).toThrow("needs 8 bytes, w.bin is said to have 4");

  // As the Hub's cache keeps them: blobs/1 and blobs/2, and links to both in a snapshot.
  await mkdir(path.join(folder, "blobs"));
  await mkdir(path.join(folder, "snapshot"));
  await writeFile(path.join(folder, "blobs/1"), external("w.bin"));
  await writeFile(path.join(folder, "blobs/2"), new Uint8Array(8));
  await symlink("../blobs/1", path.join(folder, "snapshot/model.onnx"));
  await symlink("../blobs/2", path.join(folder, "snapshot/w.bin"));
  expect(checkModelFile(path.join(folder, "snapshot/model.onnx")).graph.nodes).toHaveLength(1);
  await rm(path.join(folder, "snapshot/w.bin"));
  await symlink("/etc/hostname", path.join(folder, "snapshot/w.bin"));
  expect(() => checkModelFile(path.join(folder, "snapshot/model.onnx"))).toThrow("a link to outside");
});

test("verifying counts nodes and numbers, and finds weights that are none, wherever they lie", async () => {
  const whole = await written("whole", writeModel(convolution()));
  expect(verifyModelFile(whole)).toEqual({ nodes: 3, weights: 2, parameters: KERNEL.length + 1 });
  const spoiled = KERNEL.slice();
  spoiled.set([Number.NaN, Infinity, -Infinity], 100);
  const found = "weight kernel [4,64,3,3]: 1 of 2304 are not numbers, 2 infinite";
  expect(() => verifyModelFile(path.join(folder, "whole/model.onnx"))).not.toThrow();
  expect(() => verifyModelFile(path.join(folder, "nowhere/model.onnx"))).toThrow("cannot be read");
  const inside = await written("inside", writeModel(convolution(spoiled)));
  expect(() => verifyModelFile(inside)).toThrow(found);
  const outside = path.join(folder, "spoiled.onnx");
  writeModelFiles(convolution(spoiled), outside);
  expect(() => verifyModelFile(outside)).toThrow(found);

  const graph = new Graph();
  const halves = toFloat16(Float32Array.of(1, Number.NaN, 3));
  const weight = graph.initializer("halves", { dtype: "float16", shape: [3], data: halves });
  const mask = graph.initializer("mask", { dtype: "float32", shape: [3], data: Float32Array.of(0, -Infinity, 0) });
  graph.output(mul(mask, 1), "masked");
  expect(() => verifyModelFile(writtenSync(writeModel(graph)))).not.toThrow();
  graph.output(mul(weight, 1), "y");
  expect(() => verifyModelFile(writtenSync(writeModel(graph)))).toThrow("weight halves [3]: 1 of 3 are not numbers");
});

function writtenSync(bytes: Uint8Array): string {
  const file = path.join(folder, "sync.onnx");
  writeFileSync(file, bytes);
  return file;
}
