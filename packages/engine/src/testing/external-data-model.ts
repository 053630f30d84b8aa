/** A length-delimited protobuf field. */
function field(number: number, content: Uint8Array | string): Uint8Array {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return Uint8Array.of((number << 3) | 2, ...varint(bytes.length), ...bytes);
}

function integer(number: number, value: number): Uint8Array {
  return Uint8Array.of(number << 3, ...varint(value));
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function message(...fields: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(fields.flatMap((bytes) => [...bytes]));
}

const FLOAT = 1;

function tensorValue(name: string, dims: readonly number[]): Uint8Array {
  const shape = message(...dims.map((dim) => field(1, integer(1, dim))));
  const type = field(1, message(integer(1, FLOAT), field(2, shape)));
  return message(field(1, name), field(2, type));
}

/**
 * An ONNX network for tests whose one weight, f32[1], lies in another file: out_sample = sample * weight, and a
 * timestep it ignores. The graph builder keeps weights inside, so this writes the protobuf itself (ONNX, onnx.proto3).
 */
export function externalDataModel(location: string): Uint8Array {
  const weight = message(
    integer(1, 1),
    integer(2, FLOAT),
    field(8, "weight"),
    field(13, message(field(1, "location"), field(2, location))),
    integer(14, 1),
  );
  const node = message(field(1, "sample"), field(1, "weight"), field(2, "out_sample"), field(4, "Mul"));
  const latents = [1, 4, 32, 32];
  const graph = message(
    field(1, node),
    field(2, "unet"),
    field(5, weight),
    field(11, tensorValue("sample", latents)),
    field(11, tensorValue("timestep", [1])),
    field(12, tensorValue("out_sample", latents)),
  );
  const opset = message(field(1, ""), integer(2, 17));
  return message(integer(1, 8), field(7, graph), field(8, opset));
}
