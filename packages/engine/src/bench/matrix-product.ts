import { Graph } from "@mezzotint/onnx/graph";
import { matmul } from "@mezzotint/onnx/graph/ops/matmul";
import { openSession, type SessionOptions } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";

const SIZE = 1024;

/** Multiplications and additions of one product. */
export const MATRIX_PRODUCT_FLOPS = 2 * SIZE ** 3;

export interface MatrixProduct {
  /** Multiplies once. Returns the elapsed milliseconds. */
  run(): Promise<number>;
  release(): Promise<void>;
}

/** A float32 product [1024, 1024] x [1024, 1024], the right one a weight as in a network: what a machine reaches. */
export async function openMatrixProduct(options: Pick<SessionOptions, "provider" | "threads">): Promise<MatrixProduct> {
  const graph = new Graph("matrix-product");
  const shape = [SIZE, SIZE];
  // Small numbers that are no powers of two and never denormal.
  const data = Float32Array.from({ length: SIZE * SIZE }, (_, i) => ((i % 97) - 48) / 64);
  const weight = graph.initializer("weight", { dtype: "float32", shape, data });
  graph.output(matmul(graph.input("left", "float32", shape), weight), "product");
  const session = await openSession(writeModel(graph), options);
  const feeds = { left: { dtype: "float32", shape, data } } as const;
  return {
    async run() {
      const startedMs = performance.now();
      await session.run(feeds);
      return performance.now() - startedMs;
    },
    release: () => session.release(),
  };
}
