import { Graph, type TensorData, type Value } from "@mezzotint/onnx/graph";
import { silu } from "@mezzotint/onnx/graph/ops/activation";
import { multiHeadAttention } from "@mezzotint/onnx/graph/ops/attention";
import { conv2d } from "@mezzotint/onnx/graph/ops/convolution";
import { add, mul } from "@mezzotint/onnx/graph/ops/elementwise";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import { layerNorm } from "@mezzotint/onnx/graph/ops/normalization";
import { reshape } from "@mezzotint/onnx/graph/ops/shape";

const POOL_LENGTH = 1 << 20;

/** Arbitrary numbers in [-1, 1) from a linear congruential generator, the same everywhere. */
const pool = (() => {
  const numbers = new Float32Array(POOL_LENGTH);
  let state = 7919;
  for (let i = 0; i < numbers.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    numbers[i] = state / 2 ** 31 - 1;
  }
  return numbers;
})();

/** Layers of networks with arbitrary weights, as exporters write them, for measuring speed and memory alone. */
export class SyntheticLayers {
  readonly graph: Graph;
  #weights = 0;

  constructor(name: string) {
    this.graph = new Graph(name);
  }

  /** A weight whose numbers are made when they are asked for: a whole network of them takes no memory. */
  weight(shape: readonly number[], scale = Math.sqrt(3 / fanIn(shape))): Value {
    const seed = this.#weights++;
    let made: WeakRef<Float32Array> | null = null;
    const tensor: TensorData = {
      dtype: "float32",
      shape,
      get data() {
        const numbers = made?.deref() ?? scaledNumbers(shape, scale, seed);
        made = new WeakRef(numbers);
        return numbers;
      },
    };
    return this.graph.initializer(`weight${seed}`, tensor);
  }

  /** One for each channel, all alike. */
  filled(count: number, value: number): Value {
    const data = new Float32Array(count).fill(value);
    return this.graph.initializer(`weight${this.#weights++}`, { dtype: "float32", shape: [count], data });
  }

  linear(x: Value, to: number): Value {
    return linear(x, this.weight([Number(x.shape.at(-1)), to]), this.weight([to], 0.02));
  }

  conv(x: Value, to: number, { kernel = 3, stride = 1 }: { kernel?: number; stride?: number } = {}): Value {
    const weight = this.weight([to, Number(x.shape[1]), kernel, kernel]);
    return conv2d(x, weight, { bias: this.weight([to], 0.02), stride, padding: (kernel - 1) / 2 });
  }

  layerNorm(x: Value): Value {
    const width = Number(x.shape.at(-1));
    return layerNorm(x, { scale: this.filled(width, 1), bias: this.filled(width, 0), epsilon: 1e-5 });
  }

  /** Normalization over groups of channels as PyTorch exports it: InstanceNormalization over flattened groups. */
  groupNorm(x: Value, groups: number): Value {
    const channels = Number(x.shape[1]);
    const flat = reshape(x, [x.shape[0] ?? 1, groups, -1]);
    const inputs = [flat, this.filled(groups, 1), this.filled(groups, 0)];
    const detail = { attributes: { epsilon: { float: 1e-5 } }, dtype: x.dtype, shape: flat.shape };
    const normalized = reshape(this.graph.apply("InstanceNormalization", inputs, detail), x.shape);
    const perChannel = (value: number) => reshape(this.filled(channels, value), [channels, 1, 1]);
    return add(mul(normalized, perChannel(1)), perChannel(0));
  }

  /** The error function's form of GELU (Hendrycks and Gimpel 2016). */
  gelu(x: Value): Value {
    return this.graph.apply("Gelu", [x], { dtype: x.dtype, shape: x.shape });
  }

  attention(x: Value, { context = x, heads, mask }: { context?: Value; heads: number; mask?: Value }): Value {
    const width = Number(x.shape.at(-1));
    const project = (from: Value) => linear(from, this.weight([Number(from.shape.at(-1)), width]));
    const inputs = { query: project(x), key: project(context), value: project(context) };
    return this.linear(multiHeadAttention(mask === undefined ? inputs : { ...inputs, mask }, heads), width);
  }

  /** Two convolutions with a shortcut; the time, where given, is added between them. */
  residual(x: Value, to: number, { groups, time }: { groups: number; time?: Value }): Value {
    let inner = this.conv(silu(this.groupNorm(x, groups)), to);
    if (time !== undefined) {
      inner = add(inner, reshape(this.linear(silu(time), to), [time.shape[0] ?? 1, to, 1, 1]));
    }
    inner = this.conv(silu(this.groupNorm(inner, groups)), to);
    return add(x.shape[1] === to ? x : this.conv(x, to, { kernel: 1 }), inner);
  }
}

function fanIn(shape: readonly number[]): number {
  return shape.length === 4 ? shape.slice(1).reduce((product, size) => product * size, 1) : (shape[0] ?? 1);
}

function scaledNumbers(shape: readonly number[], scale: number, seed: number): Float32Array {
  const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1));
  // A prime step: two weights of one network never begin alike.
  let offset = (seed * 7907) % POOL_LENGTH;
  for (let i = 0; i < numbers.length; i++) {
    numbers[i] = (pool[offset] as number) * scale;
    if (++offset === POOL_LENGTH) offset = 0;
  }
  return numbers;
}
