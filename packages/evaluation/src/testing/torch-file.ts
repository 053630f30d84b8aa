import { zipOf } from "./zip.ts";

export interface PlainTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const PROTOCOL = Buffer.from([0x80, 2]);

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([Buffer.from("X"), length, bytes]);
}

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return Buffer.concat([Buffer.from("J"), bytes]);
}

export function globalOf(module: string, name: string): Buffer {
  return Buffer.from(`c${module}\n${name}\n`);
}

function tuple(parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from("("), ...parts, Buffer.from("t")]);
}

/** A state dict as torch.save pickles it: an OrderedDict of tensors, each of its own storage, with metadata as state. */
function stateDict(tensors: ReadonlyMap<string, PlainTensor>, isLegacy: boolean): Buffer {
  const items: Buffer[] = [];
  let key = 0;
  for (const [name, { shape, data }] of tensors) {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    const place = [
      text("storage"),
      globalOf("torch", "FloatStorage"),
      text(String(key++)),
      text("cpu"),
      int(data.length),
    ];
    const storage = Buffer.concat([tuple([...place, ...(isLegacy ? [Buffer.from("N")] : [])]), Buffer.from("Q")]);
    const hooks = Buffer.concat([globalOf("collections", "OrderedDict"), Buffer.from(")R")]);
    const args = tuple([storage, int(0), tuple(shape.map(int)), tuple(strides.map(int)), Buffer.from([0x89]), hooks]);
    items.push(text(name), globalOf("torch._utils", "_rebuild_tensor_v2"), args, Buffer.from("R"));
  }
  return Buffer.concat([
    PROTOCOL,
    globalOf("collections", "OrderedDict"),
    Buffer.from(")Rq\u0000("),
    ...items,
    Buffer.from("u}"),
    text("_metadata"),
    globalOf("collections", "OrderedDict"),
    Buffer.from(")Rsb."),
  ]);
}

/** Weights in the container torch wrote before 1.6. */
export function legacyTorchFile(tensors: ReadonlyMap<string, PlainTensor>): Uint8Array {
  const magic = Buffer.from([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]);
  const keys = Array.from(tensors.keys(), (_, i) => text(String(i)));
  const bodies = Array.from(tensors.values(), ({ data }) => {
    const count = Buffer.alloc(8);
    count.writeBigInt64LE(BigInt(data.length));
    return Buffer.concat([count, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
  });
  return Buffer.concat([
    Buffer.concat([PROTOCOL, magic, Buffer.from(".")]),
    Buffer.concat([PROTOCOL, Buffer.from([0x4d, 0xe9, 0x03]), Buffer.from(".")]),
    Buffer.concat([PROTOCOL, Buffer.from("}("), text("little_endian"), Buffer.from([0x88]), Buffer.from("u.")]),
    stateDict(tensors, true),
    Buffer.concat([PROTOCOL, Buffer.from("]("), ...keys, Buffer.from("e.")]),
    ...bodies,
  ]);
}

/** Weights in the zip container. */
export function zipTorchFile(
  tensors: ReadonlyMap<string, PlainTensor>,
  pickle = stateDict(tensors, false),
): Uint8Array {
  const bodies = Array.from(tensors.values(), ({ data }, i) => {
    return [`archive/data/${i}`, Buffer.from(data.buffer, data.byteOffset, data.byteLength)] as const;
  });
  const entries = [["archive/data.pkl", pickle], ["archive/byteorder", Buffer.from("little")], ...bodies] as const;
  return zipOf(Object.fromEntries(entries), 0);
}
