import { MezzotintError } from "@mezzotint/contracts/errors";
import { openZip } from "../containers/read-zip.ts";
import { readPickle, type PickleHooks, type PickleValue } from "./read-pickle.ts";

/** A tensor of a state dict: float32, or int64 counters, which nobody needs. */
export interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

interface Storage {
  readonly storage: string;
  readonly type: string;
  readonly count: number;
}

interface TensorView {
  readonly of: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
}

type Custom = Storage | TensorView;
type Value = PickleValue<Custom>;

const MAGIC = 0x1950a86a20f9469cfc6cn;
const VERSION = 1_001;
const ELEMENT_BYTES: Readonly<Record<string, number>> = { "torch.FloatStorage": 4, "torch.LongStorage": 8 };
const GLOBALS = new Set(["collections.OrderedDict", "torch._utils._rebuild_tensor_v2", ...Object.keys(ELEMENT_BYTES)]);
const LIMITS = { entryBytesMax: 1 << 30, entriesMax: 10_000 };

/**
 * The float tensors of a state dict as torch.save wrote it, in its zip container or the older one, without running
 * anything that is in it. Throws INVALID_INPUT naming what is not allowed or damaged, LIMIT_EXCEEDED for what is too large.
 */
export function readTorchFile(bytes: Uint8Array): ReadonlyMap<string, TorchTensor> {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { dictionary, storage } = isZip ? openContainer(bytes) : openLegacy(bytes);
  if (!(dictionary instanceof Map)) throw damaged("its pickle holds no dictionary");
  const tensors = new Map<string, TorchTensor>();
  for (const [name, view] of dictionary as ReadonlyMap<Value, Value>) {
    if (typeof name !== "string" || !isView(view)) throw damaged(`${JSON.stringify(name)} is no tensor`);
    if (view.of.type === "torch.FloatStorage") tensors.set(name, readTensor(name, view, storage(view.of)));
  }
  return tensors;
}

interface Opened {
  readonly dictionary: Value;
  /** The bytes of a storage. */
  readonly storage: (storage: Storage) => Uint8Array;
}

function openContainer(bytes: Uint8Array): Opened {
  const archive = openZip(bytes, LIMITS);
  const pickle = archive.names.find((name) => name.endsWith("/data.pkl"));
  if (pickle === undefined) throw damaged(`none of ${archive.names.length} entries is a data.pkl`);
  const folder = pickle.slice(0, -"data.pkl".length);
  const order = `${folder}byteorder`;
  if (archive.names.includes(order) && new TextDecoder().decode(archive.read(order)) !== "little") {
    throw damaged("its numbers are not little-endian");
  }
  const { value } = readPickle(archive.read(pickle), 0, hooks());
  return { dictionary: value, storage: ({ storage }) => archive.read(`${folder}data/${storage}`) };
}

function openLegacy(bytes: Uint8Array): Opened {
  let at = 0;
  const next = (): Value => {
    const { value, end } = readPickle(bytes, at, hooks());
    at = end;
    return value;
  };
  if (next() !== MAGIC || next() !== VERSION) throw damaged("its first bytes are not those of torch.save");
  next();
  const dictionary = next();
  const keys = next();
  if (!Array.isArray(keys)) throw damaged("it does not list its storages");
  const places = new Map<string, number>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = storageBytes(dictionary);
  for (const key of keys as readonly Value[]) {
    const size = typeof key === "string" ? sizes.get(key) : undefined;
    if (typeof key !== "string" || size === undefined)
      throw damaged(`nothing is of the storage ${JSON.stringify(key)}`);
    if (at + 8 + size.bytes > bytes.length) throw damaged(`storage ${key} ends beyond byte ${bytes.length}`);
    const count = view.getBigInt64(at, true);
    if (count !== BigInt(size.count)) throw damaged(`storage ${key} has ${count} elements, not ${size.count}`);
    places.set(key, at + 8);
    at += 8 + size.bytes;
  }
  return {
    dictionary,
    storage: ({ storage, type, count }) => {
      const place = places.get(storage);
      if (place === undefined) throw damaged(`storage ${storage} is not there`);
      return bytes.subarray(place, place + count * (ELEMENT_BYTES[type] ?? 0));
    },
  };
}

function storageBytes(dictionary: Value): ReadonlyMap<string, { readonly count: number; readonly bytes: number }> {
  const sizes = new Map<string, { count: number; bytes: number }>();
  if (!(dictionary instanceof Map)) return sizes;
  for (const view of (dictionary as ReadonlyMap<Value, Value>).values()) {
    if (!isView(view)) continue;
    const { storage, count, type } = view.of;
    sizes.set(storage, { count, bytes: count * (ELEMENT_BYTES[type] ?? 0) });
  }
  return sizes;
}

function hooks(): PickleHooks<Custom> {
  return {
    globals: GLOBALS,
    call: (name, args) => {
      if (name === "collections.OrderedDict" && args.length === 0) return new Map();
      if (name === "torch._utils._rebuild_tensor_v2") return viewOf(args);
      throw damaged(`it calls ${name} with ${args.length} arguments`);
    },
    persistent: (id) => {
      const [kind, type, storage, , count] = Array.isArray(id) ? (id as readonly Value[]) : [];
      const isStorage = typeof type === "object" && type !== null && "global" in type && type.global in ELEMENT_BYTES;
      if (kind !== "storage" || !isStorage || typeof storage !== "string" || !isCount(count)) {
        throw damaged("it names a storage in a way of its own");
      }
      return { storage, type: type.global, count };
    },
  };
}

function isCount(value: Value | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isView(value: Value): value is TensorView {
  return typeof value === "object" && value !== null && "of" in value;
}

/** Arguments of _rebuild_tensor_v2: storage, offset, shape, strides, and what only training needs. */
function viewOf(args: readonly Value[]): TensorView {
  const [of, offset, shape, strides] = args;
  const isStorage = typeof of === "object" && of !== null && "storage" in of;
  if (!isStorage || !isCount(offset) || !isCounts(shape) || !isCounts(strides)) {
    throw damaged(`a tensor is made of ${args.length} arguments that do not fit`);
  }
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size !== 1 && strides[axis] !== expected) throw damaged(`a tensor has strides [${strides.join(",")}]`);
    expected *= size;
  }
  if (offset + expected > of.count)
    throw damaged(`a tensor [${shape.join(",")}] reaches beyond its ${of.count} values`);
  return { of, offset, shape };
}

function isCounts(value: Value | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}

function readTensor(name: string, { offset, shape }: TensorView, bytes: Uint8Array): TorchTensor {
  const count = shape.reduce((product, size) => product * size, 1);
  if ((offset + count) * 4 > bytes.length)
    throw damaged(`${name} needs ${count} values, ${bytes.length} bytes are there`);
  // A copy, for the place in the file need not suit floats.
  const data = new Float32Array(Uint8Array.from(bytes.subarray(offset * 4, (offset + count) * 4)).buffer);
  return { shape, data };
}

function damaged(what: string): MezzotintError {
  return new MezzotintError("INVALID_INPUT", `weights: ${what}`);
}
