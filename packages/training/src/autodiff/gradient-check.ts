import { MezzotintError } from "@mezzotint/contracts/errors";
import { Graph } from "@mezzotint/onnx/graph";
import type { DType, TensorData, Value } from "@mezzotint/onnx/graph";
import { mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { reduceSum } from "@mezzotint/onnx/graph/ops/reduce";
import { openSession } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";
import { gradients } from "./gradients.ts";

export interface GradientCheck {
  /** Shapes of the inputs that are differentiated. */
  readonly shapes: readonly (readonly number[])[];
  /** Builds the tensor under test from the inputs. */
  readonly build: (...inputs: readonly [Value, Value, Value, Value]) => Value;
  /** float64 when absent; float32 for operations the runtime computes in no other type. */
  readonly dtype?: DType;
  /** Element values from a running index; smooth values of both signs when absent. */
  readonly element?: (index: number) => number;
  /** Half the distance of the central difference; 1e-4 when absent. */
  readonly delta?: number;
}

function filled(dtype: DType, shape: readonly number[], element: (index: number) => number): TensorData {
  const length = shape.reduce((product, size) => product * size, 1);
  const elements = Array.from({ length }, (_, index) => element(index));
  return { dtype, shape, data: dtype === "float32" ? Float32Array.from(elements) : Float64Array.from(elements) };
}

/**
 * The largest difference between the gradients of sum(weights * build(inputs)) and central differences, relative to the
 * largest gradient (at least 1). Every element of every input is moved.
 */
export async function gradientError(check: GradientCheck): Promise<number> {
  const { shapes, build, dtype = "float64", delta = 1e-4 } = check;
  const element = check.element ?? ((index: number) => Math.sin(index * 1.3 + 0.4));
  const graph = new Graph();
  const inputs = shapes.map((shape, index) => graph.input(`x${index}`, dtype, shape));
  const output = build(...(inputs as unknown as readonly [Value, Value, Value, Value]));
  const sizes = output.shape.map(Number);
  const weights = filled(dtype, sizes, (index) => 0.5 + Math.cos(index * 0.7));
  const loss = reduceSum(mul(output, graph.constant(weights.data, dtype, sizes)));
  const wanted = gradients(loss, inputs);
  graph.output(loss, "loss");
  for (const [index, gradient] of wanted.entries()) graph.output(gradient, `g${index}`);
  const feeds = Object.fromEntries(
    shapes.map((shape, k) => [`x${k}`, filled(dtype, shape, (i) => element(i + k * 31))]),
  );
  const session = await openSession(writeModel(graph), { threads: 1 });
  try {
    const found = await session.run(feeds);
    const lossOf = async (): Promise<number> => Number((await session.run(feeds, ["loss"]))["loss"]?.data[0]);
    let [error, scale] = [0, 1];
    for (const index of shapes.keys()) {
      const data = feeds[`x${index}`]?.data;
      const gradient = found[`g${index}`]?.data;
      if (data === undefined || gradient?.length !== data.length) {
        throw new MezzotintError(
          "INTERNAL",
          `gradient ${index}: expected ${data?.length} elements, got ${gradient?.length}`,
        );
      }
      for (let i = 0; i < data.length; i++) {
        const value = Number(data[i]);
        data[i] = value + delta;
        const above = await lossOf();
        data[i] = value - delta;
        const below = await lossOf();
        data[i] = value;
        error = Math.max(error, Math.abs((above - below) / (2 * delta) - Number(gradient[i])));
        scale = Math.max(scale, Math.abs(Number(gradient[i])));
      }
    }
    return error / scale;
  } finally {
    await session.release();
  }
}
