/** Elements of a .npy file in the type they are stored in; 64-bit integers as bigints, booleans as 0 and 1. */
export type NpyData =
  | Float32Array
  | Float64Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array;

export interface NpyArray {
  /** The NumPy type string, for instance "<f4". */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: NpyData;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const READERS: Readonly<Record<string, (bytes: ArrayBuffer) => NpyData>> = {
  "<f4": (bytes) => new Float32Array(bytes),
  "<f8": (bytes) => new Float64Array(bytes),
  "<i2": (bytes) => new Int16Array(bytes),
  "<i4": (bytes) => new Int32Array(bytes),
  "<i8": (bytes) => new BigInt64Array(bytes),
  "<u2": (bytes) => new Uint16Array(bytes),
  "<u4": (bytes) => new Uint32Array(bytes),
  "|u1": (bytes) => new Uint8Array(bytes),
  "|i1": (bytes) => new Int8Array(bytes),
  "|b1": (bytes) => new Uint8Array(bytes),
};

/**
 * Reads a .npy file in little endian, format versions 1 to 3; the items come in C order whatever the file's order.
 * Throws RangeError naming what does not fit. Source: NumPy, "The .npy format" (numpy.lib.format).
 */
export function readNpy(bytes: Uint8Array): NpyArray {
  if (bytes.length < 12 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new RangeError(`npy: ${bytes.length} bytes do not start with the NumPy signature`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = view.getUint8(6) > 1;
  const headerStart = wide ? 12 : 10;
  const dataStart = headerStart + (wide ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = String.fromCharCode(...bytes.subarray(headerStart, dataStart));
  const dtype = /'descr':\s*'([^']+)'/.exec(header)?.[1];
  const fortranOrder = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (dtype === undefined || fortranOrder === undefined || sizes === undefined) {
    throw new RangeError(`npy: the header does not describe an array: ${header.slice(0, 200)}`);
  }
  const read = READERS[dtype];
  if (read === undefined) throw new RangeError(`npy: type ${dtype} is not supported`);
  const shape = (sizes.match(/\d+/g) ?? []).map(Number);
  const itemBytes = Number(dtype.slice(2));
  const dataBytes = shape.reduce((product, size) => product * size, itemBytes);
  if (bytes.length - dataStart !== dataBytes) {
    const expected = `shape [${shape.join(",")}] of ${dtype} needs ${dataBytes} bytes`;
    throw new RangeError(`npy: ${expected}, the file has ${bytes.length - dataStart}`);
  }
  const stored = bytes.subarray(dataStart);
  const inOrder = fortranOrder === "True" ? transposed(stored, shape, itemBytes) : Uint8Array.from(stored);
  return { dtype, shape, data: read(inOrder.buffer) };
}

/** The items of an array whose first axis runs fastest, with the last one fastest. */
function transposed(stored: Uint8Array, shape: readonly number[], itemBytes: number): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(stored.length);
  const place = shape.map(() => 0);
  for (let to = 0; to < stored.length; to += itemBytes) {
    let [from, stride] = [0, itemBytes];
    for (const [axis, size] of shape.entries()) {
      from += (place[axis] as number) * stride;
      stride *= size;
    }
    result.set(stored.subarray(from, from + itemBytes), to);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (place[axis] as number) + 1;
      place[axis] = next % (shape[axis] as number);
      if (place[axis] !== 0) break;
    }
  }
  return result;
}

/** The numbers of an array as f32, rounded where the stored type is wider. */
export function npyToFloat32(array: NpyArray): Float32Array {
  const { data } = array;
  if (data instanceof Float32Array) return data;
  return data instanceof BigInt64Array ? Float32Array.from(data, Number) : Float32Array.from(data);
}
