import { expect, test } from "vitest";
import { countFlops } from "./count-flops.ts";

type Shape = readonly number[];

function node(op: string, inputs: readonly Shape[], output: Shape): object {
  const typed = (shape: Shape) => ({ float: shape });
  return {
    cat: "Node",
    name: `${op}_0_kernel_time`,
    args: { op_name: op, input_type_shape: inputs.map(typed), output_type_shape: [typed(output)] },
  };
}

const run = { cat: "Session", name: "model_run", args: {} };

test.each([
  [
    "a product",
    node(
      "MatMul",
      [
        [5, 2, 3],
        [3, 4],
      ],
      [5, 2, 4],
    ),
    2 * 5 * 2 * 3 * 4,
  ],
  [
    "a product of a transposed matrix",
    node(
      "Gemm",
      [
        [3, 2],
        [3, 4],
      ],
      [2, 4],
    ),
    2 * 2 * 3 * 4,
  ],
  [
    "a product per head",
    node(
      "FusedMatMul",
      [
        [1, 8, 6, 3],
        [1, 8, 3, 6],
      ],
      [1, 8, 6, 6],
    ),
    2 * 8 * 6 * 6 * 3,
  ],
  ["a product of one row", node("MatMul", [[3], [3, 4]], [4]), 2 * 3 * 4],
  [
    "a convolution in two groups",
    node(
      "Conv",
      [
        [1, 4, 8, 8],
        [6, 2, 3, 3],
      ],
      [1, 6, 8, 8],
    ),
    2 * 6 * 64 * 2 * 9,
  ],
  [
    "a transposed convolution",
    node(
      "ConvTranspose",
      [
        [1, 4, 8, 8],
        [4, 6, 2, 2],
      ],
      [1, 6, 16, 16],
    ),
    2 * 4 * 64 * 6 * 4,
  ],
  [
    "attention",
    node(
      "MultiHeadAttention",
      [
        [2, 5, 8],
        [2, 7, 8],
        [2, 7, 8],
      ],
      [2, 5, 8],
    ),
    4 * 2 * 5 * 7 * 8,
  ],
  [
    "packed attention",
    node(
      "Attention",
      [
        [1, 5, 8],
        [8, 24],
      ],
      [1, 5, 8],
    ),
    2 * 5 * 8 * 24 + 4 * 5 * 5 * 8,
  ],
  ["elementwise work", node("Add", [[9], [9]], [9]), 0],
])("%s", (_, event, flops) => {
  expect(countFlops(JSON.stringify([event, run]))).toBe(flops);
});

test("the work of several runs is shared among them, and other events count nothing", () => {
  const product = node(
    "MatMul",
    [
      [2, 2],
      [2, 2],
    ],
    [2, 2],
  );
  const fence = { cat: "Node", name: "MatMul_0_fence_before", args: { op_name: "MatMul" } };
  expect(countFlops(JSON.stringify([product, fence, run, product, run]))).toBe(16);
  expect(countFlops(JSON.stringify([]))).toBe(0);
  expect(() => countFlops("{}")).toThrow();
});
