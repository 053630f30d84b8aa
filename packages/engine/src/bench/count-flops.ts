import { z } from "zod";

const Shapes = z.array(z.record(z.string(), z.array(z.number())));

const Profile = z.array(
  z.object({
    cat: z.string(),
    name: z.string(),
    args: z.object({ op_name: z.string(), input_type_shape: Shapes, output_type_shape: Shapes }).partial().optional(),
  }),
);

type Shape = readonly number[];
type Rule = (inputs: readonly Shape[], output: Shape) => number;

/** Queries, keys and values, [batch, tokens, width] or [batch, heads, tokens, width]. */
const ATTENTION: Rule = ([query = [], key = [], value = []]) => {
  const width = query.at(-1) ?? 1;
  const rows = product(query) / width;
  return 2 * rows * (key.at(-2) ?? 0) * (width + (value.at(-1) ?? width));
};

/** Input [batch, tokens, in] with the weights of queries, keys and values in one matrix [in, 3 x width]. */
const PACKED_ATTENTION: Rule = ([input = [], weight = []]) => {
  const [batch = 0, tokens = 0] = input;
  const columns = weight[1] ?? 0;
  return 2 * product(input) * columns + 4 * batch * tokens * tokens * (columns / 3);
};

/** The inner size is found from the left matrix and the rows of the product, whichever of them is transposed. */
const MATRIX_PRODUCT: Rule = ([left = []], output) => {
  const inner = left.length < 2 ? product(left) : product(left.slice(-2)) / (output.at(-2) ?? 1);
  return 2 * product(output) * inner;
};

const CONVOLUTION: Rule = ([, weight = []], output) => 2 * product(output) * product(weight.slice(1));

const RULES: Readonly<Record<string, Rule>> = {
  MatMul: MATRIX_PRODUCT,
  FusedMatMul: MATRIX_PRODUCT,
  Gemm: MATRIX_PRODUCT,
  FusedGemm: MATRIX_PRODUCT,
  Conv: CONVOLUTION,
  FusedConv: CONVOLUTION,
  ConvTranspose: ([input = [], weight = []]) => 2 * product(input) * product(weight.slice(1)),
  Attention: (inputs, output) => (inputs[1]?.length === 2 ? PACKED_ATTENTION : ATTENTION)(inputs, output),
  MultiHeadAttention: ATTENTION,
};

/**
 * Floating-point operations of one run, from an ONNX Runtime profile: two for each multiplication with its addition in
 * matrix products, convolutions and attention; all else counts nothing. As the runtime ran them: channels that it
 * padded to its blocks count too. Zero for a profile without runs. Throws ZodError for a text that is no profile.
 */
export function countFlops(profile: string): number {
  const events = Profile.parse(JSON.parse(profile));
  let flops = 0;
  let runs = 0;
  for (const { cat, name, args } of events) {
    if (cat === "Session" && name === "model_run") runs++;
    if (cat !== "Node" || !name.endsWith("_kernel_time")) continue;
    const { op_name: op = "", input_type_shape: inputs = [], output_type_shape: outputs = [] } = args ?? {};
    const rule = Object.hasOwn(RULES, op) ? RULES[op] : undefined;
    flops += rule?.(inputs.map(shapeOf), shapeOf(outputs[0] ?? {})) ?? 0;
  }
  return runs === 0 ? 0 : flops / runs;
}

function shapeOf(typed: Readonly<Record<string, Shape>>): Shape {
  return Object.values(typed)[0] ?? [];
}

function product(sizes: Shape): number {
  return sizes.reduce((result, size) => result * size, 1);
}
