import { Graph, type Value } from "@mezzotint/onnx/graph";
import { conv2d } from "@mezzotint/onnx/graph/ops/convolution";
import { add, cast, mul, tanh } from "@mezzotint/onnx/graph/ops/elementwise";
import { linear } from "@mezzotint/onnx/graph/ops/matmul";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { unsqueeze } from "@mezzotint/onnx/graph/ops/shape";
import { writeModel } from "@mezzotint/onnx/write-model";
import { TINY_SIZE, tinyTextEncoder } from "./tiny-graphs.ts";
import { tinyTokenizer } from "./tiny-tokenizer.ts";
import { writeFolder } from "./write-folder.ts";

/** Sides in pixels of the two stages. */
export const TINY_CASCADE_SIDES = [16, 32] as const;

const SCHEDULER = { _class_name: "DDPMScheduler", variance_type: "fixed_small", clip_sample: true };

/** Writes a cascade of two stages with arbitrary fixed weights, some 20 kB: 16 x 16 pixels, enlarged to 32 x 32. */
export async function writeTinyCascade(folder: string): Promise<void> {
  const { tokenizer, config } = tinyTokenizer(TINY_SIZE.tokens);
  const network = (side: number, inputs: number) => ({
    in_channels: inputs,
    sample_size: side,
    block_out_channels: [8, 8],
  });
  const [small, large] = TINY_CASCADE_SIDES;
  const files: Readonly<Record<string, object | Uint8Array>> = {
    "model_index.json": { _class_name: "MezzotintCascadePipeline", stages: ["base", "enlarge"] },
    "base/model_index.json": { _class_name: "IFPipeline" },
    "base/scheduler/scheduler_config.json": SCHEDULER,
    "base/tokenizer/tokenizer.json": tokenizer,
    "base/tokenizer/tokenizer_config.json": config,
    "base/text_encoder/model.onnx": tinyTextEncoder(),
    "base/unet/config.json": network(small, 3),
    "base/unet/model.onnx": tinyPixelNetwork(3),
    "enlarge/model_index.json": { _class_name: "IFSuperResolutionPipeline" },
    "enlarge/scheduler/scheduler_config.json": SCHEDULER,
    "enlarge/image_noising_scheduler/scheduler_config.json": SCHEDULER,
    "enlarge/unet/config.json": network(large, 6),
    "enlarge/unet/model.onnx": tinyPixelNetwork(6),
  };
  await writeFolder(folder, files);
}

/** Noise in [-1, 1] that depends on the pixels, the words, the time and, behind a picture to enlarge, its noise level. */
function tinyPixelNetwork(inputs: 3 | 6): Uint8Array {
  const graph = new Graph("unet");
  const sample = graph.input("sample", "float32", ["batch", inputs, "height", "width"]);
  const timestep = graph.input("timestep", "float32", ["batch"]);
  const text = graph.input("encoder_hidden_states", "float32", ["batch", TINY_SIZE.tokens, TINY_SIZE.width]);
  const numbers = (name: string, shape: readonly number[], scale: number): Value => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1)) * scale);
    return graph.initializer(name, { dtype: "float32", shape, data });
  };
  const words = linear(reduceMean(text, { axes: [1] }), numbers("words", [TINY_SIZE.width, 3], 0.5));
  const time = mul(unsqueeze(timestep, [1]), numbers("time", [1, 3], 0.001));
  const steered = add(words, time);
  const level =
    inputs === 6
      ? mul(
          unsqueeze(cast(graph.input("class_labels", "int64", ["batch"]), "float32"), [1]),
          numbers("level", [1, 3], 0.002),
        )
      : null;
  const shift = unsqueeze(level === null ? steered : add(steered, level), [2, 3]);
  const seen = conv2d(sample, numbers("kernel", [3, inputs, 3, 3], 0.3), { padding: 1 });
  graph.output(tanh(add(seen, shift)), "out_sample");
  return writeModel(graph);
}
