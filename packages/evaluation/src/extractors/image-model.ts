import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { openSession, type Session, type TensorType } from "@mezzotint/onnx/session";

/** An ONNX model from pictures [n, 3, height, width] to vectors [n, d]. */
export interface ImageModel {
  readonly height: number;
  readonly width: number;
  /** The output that holds the features, and their length. */
  readonly features: string;
  readonly dimensions: number;
  /** Every output that holds vectors, with their lengths. */
  readonly outputs: ReadonlyMap<string, number>;
  /** f32 [n, length] of the named outputs, of one run. */
  run(prepared: readonly Float32Array[], names: readonly string[]): Promise<readonly Matrix[]>;
  dispose(): Promise<void>;
}

export interface ImageModelOptions {
  readonly file: string;
  /** Side in pixels where the model takes any. */
  readonly defaultSide: number;
  /** The output to read, by name; the first one when the model has none of these. */
  readonly features: readonly string[];
  readonly threads?: number;
}

/**
 * Opens an image model. Throws MODEL_UNAVAILABLE for a missing file, MODEL_CORRUPT for an unreadable one, UNSUPPORTED
 * when its inputs and outputs are no pictures and vectors.
 */
export async function openImageModel(options: ImageModelOptions): Promise<ImageModel> {
  const { file, defaultSide, threads } = options;
  const session = await openSession(file, threads === undefined ? {} : { threads });
  try {
    const input = session.inputs[0];
    if (session.inputs.length !== 1 || input?.shape.length !== 4 || input.dtype !== "float32") {
      throw unsupported(session, "one input float32 [n, 3, height, width]");
    }
    const outputs = vectorOutputs(session);
    const features = options.features.find((name) => outputs.has(name)) ?? session.outputs[0]?.name;
    const dimensions = features === undefined ? undefined : outputs.get(features);
    if (features === undefined || dimensions === undefined) throw unsupported(session, "an output [n, dimensions]");
    const side = (place: 2 | 3): number => {
      const size = input.shape[place];
      return typeof size === "number" ? size : defaultSide;
    };
    const size = { height: side(2), width: side(3) };
    const shape = [3, size.height, size.width] as const;
    return {
      ...size,
      features,
      dimensions,
      outputs,
      run: (prepared, names) => runBatch({ session, prepared, input: input.name, outputs, shape }, names),
      dispose: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Outputs [n, d] or [n, d, 1, 1] of known length. */
function vectorOutputs(session: Session): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { name, shape } of session.outputs) {
    const [, dimensions, ...rest] = shape;
    if (typeof dimensions === "number" && rest.every((size) => size === 1)) found.set(name, dimensions);
  }
  return found;
}

function unsupported(session: Session, wanted: string): MezzotintError {
  const list = (types: readonly TensorType[]) =>
    types.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape.join(",")}]`).join(", ");
  const found = `${list(session.inputs)} to ${list(session.outputs)}`;
  return new MezzotintError("UNSUPPORTED", `extractor: needs ${wanted}, the model maps ${found}`);
}

interface Batch {
  readonly session: Session;
  readonly prepared: readonly Float32Array[];
  readonly input: string;
  readonly outputs: ReadonlyMap<string, number>;
  readonly shape: readonly [number, number, number];
}

async function runBatch(
  { session, prepared, input, outputs, shape }: Batch,
  names: readonly string[],
): Promise<readonly Matrix[]> {
  const missing = names.find((name) => !outputs.has(name));
  if (missing !== undefined) {
    const known = [...outputs.keys()].join(", ");
    throw new MezzotintError("UNSUPPORTED", `extractor: it has no output ${missing}, only ${known}`);
  }
  const count = prepared.length;
  const size = shape[0] * shape[1] * shape[2];
  const data = new Float32Array(count * size);
  prepared.forEach((values, i) => {
    if (values.length !== size) {
      const expected = `[${shape.join(",")}] = ${size} values`;
      throw new MezzotintError("INVALID_INPUT", `extractor: picture ${i} needs ${expected}, got ${values.length}`);
    }
    data.set(values, i * size);
  });
  const fed = { [input]: { dtype: "float32", shape: [count, ...shape], data } } as const;
  const results = await session.run(fed, names);
  return names.map((name) => {
    const result = results[name];
    if (result?.data instanceof Float32Array) return matrix(count, outputs.get(name) ?? 0, result.data);
    throw new MezzotintError("UNSUPPORTED", `extractor: ${name} is ${result?.dtype}, not float32`);
  });
}
