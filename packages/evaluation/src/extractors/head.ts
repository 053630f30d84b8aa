import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Matrix } from "@mezzotint/numeric/linalg/matrix";
import { hashFile } from "@mezzotint/onnx/model-file";
import { openSession } from "@mezzotint/onnx/session";
import { unitRows } from "../metrics/unit-rows.ts";

/** A small model that turns a picture's features into one value, for instance how much people like it. */
export interface Head {
  /** SHA-256 of the weights. */
  readonly weights: string;
  /** Length of the features it takes; null where it takes any. */
  readonly dimensions: number | null;
  /** One value f64 [n] for each row of features [n, d], which are brought to unit length first. */
  judge(features: Matrix): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/**
 * Opens a head in ONNX, from float32 [n, d] to [n, 1] or [n], as the published aesthetic predictors on CLIP embeddings.
 * Throws MODEL_UNAVAILABLE, MODEL_CORRUPT, or UNSUPPORTED for other inputs and outputs.
 */
export async function openHead(file: string, options: { readonly threads?: number } = {}): Promise<Head> {
  const weights = await hashFile(file);
  const session = await openSession(file, options);
  const [input] = session.inputs;
  const [output] = session.outputs;
  if (session.inputs.length !== 1 || input?.dtype !== "float32" || input.shape.length !== 2 || output === undefined) {
    await session.release();
    throw new MezzotintError("UNSUPPORTED", `head: needs one input float32 [n, d], ${file} has others`);
  }
  const [, length] = input.shape;
  const dimensions = typeof length === "number" ? length : null;
  return {
    weights,
    dimensions,
    judge: async (features) => {
      if (dimensions !== null && dimensions !== features.columns) {
        const found = `the features have ${features.columns}`;
        throw new MezzotintError("INVALID_INPUT", `head: it takes ${dimensions} dimensions, ${found}`);
      }
      const data = Float32Array.from(unitRows(features, "head").data);
      const shape = [features.rows, features.columns];
      const found = (await session.run({ [input.name]: { dtype: "float32", shape, data } }))[output.name]?.data;
      if (found instanceof Float32Array && found.length === features.rows) return Float64Array.from(found);
      throw new MezzotintError("UNSUPPORTED", `head: ${features.rows} pictures give ${found?.length} values`);
    },
    dispose: () => session.release(),
  };
}
