import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import { fromFloat16, toFloat16 } from "@mezzotint/onnx/float16";
import type { Session, TensorData, TensorType } from "@mezzotint/onnx/session";

/** Numbers as a tensor of the type an input declares; whole-number types take whole numbers only. */
export function inputTensor(type: TensorType, { shape, data }: NdArray): TensorData {
  const { dtype } = type;
  switch (dtype) {
    case "float32":
      return { dtype, shape, data };
    case "float16":
      return { dtype, shape, data: toFloat16(data) };
    case "float64":
      return { dtype, shape, data: Float64Array.from(data) };
    case "int64":
      return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
    case "int32":
      return { dtype, shape, data: Int32Array.from(data) };
    case "uint8":
    case "bool":
      return { dtype, shape, data: Uint8Array.from(data) };
  }
}

/** A float output as f32. Throws MODEL_CORRUPT when it is missing or no float. */
export function outputArray(outputs: Readonly<Record<string, TensorData>>, name: string): NdArray {
  const tensor = outputs[name];
  if (tensor?.data instanceof Float32Array) return { shape: tensor.shape, data: tensor.data };
  if (tensor?.data instanceof Float64Array) return { shape: tensor.shape, data: Float32Array.from(tensor.data) };
  if (tensor?.data instanceof Uint16Array) return { shape: tensor.shape, data: fromFloat16(tensor.data) };
  throw new MezzotintError("MODEL_CORRUPT", `output ${name}: expected floats, got ${tensor?.dtype ?? "nothing"}`);
}

/** The declared input with one of the names. Throws UNSUPPORTED listing what the network has. */
export function inputNamed(session: Session, names: readonly string[], part: string): TensorType {
  const found = session.inputs.find((input) => names.includes(input.name));
  if (found !== undefined) return found;
  const inputs = session.inputs.map((input) => input.name).join(", ");
  throw new MezzotintError("UNSUPPORTED", `${part}: expected an input named ${names.join(" or ")}, it has ${inputs}`);
}

/** The declared output with one of the names, else the first. Throws MODEL_CORRUPT when there is none. */
export function outputNamed(session: Session, names: readonly string[], part: string): string {
  const found = session.outputs.find((output) => names.includes(output.name)) ?? session.outputs[0];
  if (found !== undefined) return found.name;
  throw new MezzotintError("MODEL_CORRUPT", `${part}: the network has no output`);
}

/** Throws INVALID_INPUT unless a shape fits the declared one, in which names stand for any size. */
export function refuseShape(type: TensorType, shape: readonly number[], part: string): void {
  const fits =
    type.shape.length === shape.length && type.shape.every((dim, i) => typeof dim === "string" || dim === shape[i]);
  if (fits) return;
  const message = `${part}: ${type.name} expected [${type.shape.join(",")}], got [${shape.join(",")}]`;
  throw new MezzotintError("INVALID_INPUT", message);
}
