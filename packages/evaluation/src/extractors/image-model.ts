import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { openSession, type Session, type TensorType } from "@mezzotint/onnx/session";

/** An ONNX model from pictures [n, 3, height, width] to vectors [n, d]. */
export interface ImageModel {
  readonly height: number;
  readonly width: number;
  readonly dimensions: number;
  run(prepared: readonly Float32Array[]): Promise<Matrix>;
  dispose(): Promise<void>;
}

export interface ImageModelOptions {
  readonly file: string;
  /** Side in pixels where the model takes any. */
  readonly defaultSide: number;
  /** The output to read, by name; the first one when the model has none of these. */
  readonly outputs: readonly string[];
  readonly threads?: number;
}

/**
 * Opens an image model. Throws MODEL_UNAVAILABLE for a missing file, MODEL_CORRUPT for an unreadable one, UNSUPPORTED
 * when its inputs and outputs are no pictures and vectors.
 */
export async function openImageModel(options: ImageModelOptions): Promise<ImageModel> {
  const { file, defaultSide, outputs, threads } = options;
  const session = await openSession(file, threads === undefined ? {} : { threads });
  try {
    const input = session.inputs[0];
    if (session.inputs.length !== 1 || input?.shape.length !== 4 || input.dtype !== "float32") {
      throw unsupported(session, "one input float32 [n, 3, height, width]");
    }
    const output =
      outputs.map((name) => session.outputs.find((one) => one.name === name)).find((one) => one) ?? session.outputs[0];
    const dimensions = dimensionsOf(output);
    if (output === undefined || dimensions === null) throw unsupported(session, "an output [n, dimensions]");
    const side = (place: 2 | 3): number => {
      const size = input.shape[place];
      return typeof size === "number" ? size : defaultSide;
    };
    const size = { height: side(2), width: side(3) };
    const names = { input: input.name, output: output.name };
    return {
      ...size,
      dimensions,
      run: (prepared) => runBatch({ session, prepared, names, dimensions, shape: [3, size.height, size.width] }),
      dispose: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** The length of the vectors of an output [n, d] or [n, d, 1, 1], or null when it holds none of known length. */
function dimensionsOf(output: TensorType | undefined): number | null {
  const [, dimensions, ...rest] = output?.shape ?? [];
  return typeof dimensions === "number" && rest.every((size) => size === 1) ? dimensions : null;
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
  readonly names: { readonly input: string; readonly output: string };
  readonly dimensions: number;
  readonly shape: readonly [number, number, number];
}

async function runBatch({ session, prepared, names, dimensions, shape }: Batch): Promise<Matrix> {
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
  const fed = { [names.input]: { dtype: "float32", shape: [count, ...shape], data } } as const;
  const result = (await session.run(fed, [names.output]))[names.output];
  if (!(result?.data instanceof Float32Array)) {
    throw new MezzotintError("UNSUPPORTED", `extractor: ${names.output} is ${result?.dtype}, not float32`);
  }
  return matrix(count, dimensions, result.data);
}
