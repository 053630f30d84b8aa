import type { RgbImage } from "../decode-image.ts";
import { checkSizes, type TargetSize } from "./target-size.ts";

const CHANNELS = 3;

/** The two input samples of each output sample and the share of the second. */
interface LinearSteps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float32Array;
}

type Position = (index: number, scale: number) => number;

/** Half-pixel centres in single precision, as torch computes them with align_corners=False. */
const torchPosition: Position = (index, scale) =>
  Math.max(0, Math.fround(Math.fround(scale * Math.fround(index + 0.5)) - 0.5));

/** Corner to corner without half pixels, as TensorFlow 1 and torch-fidelity compute them. */
const tensorflow1Position: Position = (index, scale) => Math.fround(index * scale);

function linearSteps(from: number, to: number, position: Position): LinearSteps {
  const low = new Int32Array(to);
  const high = new Int32Array(to);
  const share = new Float32Array(to);
  const scale = Math.fround(from / to);
  for (let i = 0; i < to; i++) {
    const at = position(i, scale);
    const index = Math.min(Math.trunc(at), from - 1);
    low[i] = index;
    high[i] = Math.min(index + 1, from - 1);
    share[i] = Math.min(1, Math.max(0, at - index));
  }
  return { low, high, share };
}

interface BilinearTarget extends TargetSize {
  /** Input bytes are divided by this: 255 for [0, 1], 1 for [0, 255]. */
  readonly divisor: number;
  readonly position: Position;
}

function resizeBilinear(image: RgbImage, target: BilinearTarget): Float32Array {
  checkSizes(image, target);
  const { width, height, divisor } = target;
  const columns = linearSteps(image.width, width, target.position);
  const rows = linearSteps(image.height, height, target.position);
  const values = Float64Array.from({ length: 256 }, (_, byte) => Math.fround(byte / divisor));
  const result = new Float32Array(CHANNELS * height * width);
  const area = width * height;
  // The two input rows at work, resized across; when enlarging, one pair serves several output rows.
  let [above, below] = [new Float64Array(CHANNELS * width), new Float64Array(CHANNELS * width)];
  let [aboveRow, belowRow] = [-1, -1];
  for (let y = 0; y < height; y++) {
    const [low, high] = [rows.low[y] as number, rows.high[y] as number];
    if (aboveRow !== low) {
      if (belowRow === low) [above, below, belowRow] = [below, above, aboveRow];
      else resizeRow({ image, row: low, values }, columns, above);
      aboveRow = low;
    }
    if (belowRow !== high) {
      resizeRow({ image, row: high, values }, columns, below);
      belowRow = high;
    }
    const down = rows.share[y] as number;
    for (let c = 0; c < CHANNELS; c++) {
      const [from, to] = [c * width, c * area + y * width];
      for (let x = 0; x < width; x++) {
        result[to + x] = (above[from + x] as number) * (1 - down) + (below[from + x] as number) * down;
      }
    }
  }
  return result;
}

/** One input row, planar, resized across. */
function resizeRow(
  { image, row, values }: { image: RgbImage; row: number; values: Float64Array },
  { low, high, share }: LinearSteps,
  target: Float64Array,
): void {
  const { data } = image;
  const start = row * image.width * CHANNELS;
  const width = low.length;
  for (let c = 0; c < CHANNELS; c++) {
    for (let x = 0; x < width; x++) {
      const across = share[x] as number;
      const left = values[data[start + (low[x] as number) * CHANNELS + c] as number] as number;
      const right = values[data[start + (high[x] as number) * CHANNELS + c] as number] as number;
      target[c * width + x] = left * (1 - across) + right * across;
    }
  }
}

/**
 * Resizes u8 RGB [h, w, 3] to f32 [3, height, width] in [0, 1] as torch's `interpolate(mode="bilinear",
 * align_corners=False, antialias=False)` does with u8 / 255. Throws INVALID_INPUT for sizes below 1.
 */
export function resizeTorchBilinear(image: RgbImage, { width, height }: TargetSize): Float32Array {
  return resizeBilinear(image, { width, height, divisor: 255, position: torchPosition });
}

/**
 * Resizes u8 RGB [h, w, 3] to f32 [3, height, width] in [0, 255] as TensorFlow 1's `resize_bilinear` does, without half
 * pixels or antialiasing, the way torch-fidelity feeds Inception. Throws INVALID_INPUT for sizes below 1.
 */
export function resizeTensorflow1Bilinear(image: RgbImage, { width, height }: TargetSize): Float32Array {
  return resizeBilinear(image, { width, height, divisor: 1, position: tensorflow1Position });
}
