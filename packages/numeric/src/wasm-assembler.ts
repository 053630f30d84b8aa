/** Encoded WebAssembly instructions. An expression leaves one value on the stack, a statement leaves none. */
export type Code = readonly number[];

export type WasmType = "i32" | "f32" | "f64" | "v128";

const TYPE_BYTE: Readonly<Record<WasmType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

const OPCODE = {
  loop: 0x03,
  end: 0x0b,
  branchIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  i32Const: 0x41,
  i32LessUnsigned: 0x49,
  i32Add: 0x6a,
  f64Add: 0xa0,
  simd: 0xfd,
} as const;

/** Numbers behind the SIMD prefix 0xfd. */
const SIMD_OPCODE = {
  load: 0x00,
  load64Splat: 0x0a,
  store: 0x0b,
  f32x4Splat: 0x13,
  f64x2Splat: 0x14,
  f64x2ExtractLane: 0x21,
  load64Zero: 0x5d,
  f64x2PromoteLow: 0x5f,
  f32x4Sqrt: 0xe3,
  f32x4Add: 0xe4,
  f32x4Sub: 0xe5,
  f32x4Mul: 0xe6,
  f32x4Div: 0xe7,
  f64x2Add: 0xf0,
  f64x2Sub: 0xf1,
  f64x2Mul: 0xf2,
} as const;

const EMPTY_BLOCK_TYPE = 0x40;
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

function unsignedLeb(value: number): Code {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Of a number that is not negative: the sign is the seventh bit of the last byte, which must be clear. */
function signedLeb(value: number): Code {
  const bytes = unsignedLeb(value);
  const last = bytes.at(-1) as number;
  return last < 64 ? bytes : [...bytes.slice(0, -1), last + 128, 0];
}

const simd = (operation: keyof typeof SIMD_OPCODE): Code => [OPCODE.simd, ...unsignedLeb(SIMD_OPCODE[operation])];
const unary =
  (operation: Code) =>
  (operand: Code): Code => [...operand, ...operation];
const binary =
  (operation: Code) =>
  (left: Code, right: Code): Code => [...left, ...right, ...operation];

export const local = {
  get: (index: number): Code => [OPCODE.localGet, ...unsignedLeb(index)],
  set: (index: number, value: Code): Code => [...value, OPCODE.localSet, ...unsignedLeb(index)],
};

export const i32 = {
  constant: (value: number): Code => [OPCODE.i32Const, ...signedLeb(value)],
  add: binary([OPCODE.i32Add]),
  lessUnsigned: binary([OPCODE.i32LessUnsigned]),
};

export const f64 = {
  add: binary([OPCODE.f64Add]),
};

/** Bytes of a pair of doubles and of four floats are the same; alignment is only a hint. */
export const v128 = {
  /** Loads 16 bytes from a byte address plus a constant offset. */
  load: (address: Code, offset = 0): Code => [...address, ...simd("load"), 3, ...unsignedLeb(offset)],
  /** Loads 8 bytes into the lower half, zeros into the upper. */
  loadHalf: (address: Code, offset = 0): Code => [...address, ...simd("load64Zero"), 3, ...unsignedLeb(offset)],
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    ...simd("store"),
    3,
    ...unsignedLeb(offset),
  ],
};

export const f32x4 = {
  splat: unary(simd("f32x4Splat")),
  sqrt: unary(simd("f32x4Sqrt")),
  add: binary(simd("f32x4Add")),
  sub: binary(simd("f32x4Sub")),
  mul: binary(simd("f32x4Mul")),
  div: binary(simd("f32x4Div")),
};

export const f64x2 = {
  splat: unary(simd("f64x2Splat")),
  /** The two floats of the lower half as doubles. */
  promoteLow: unary(simd("f64x2PromoteLow")),
  add: binary(simd("f64x2Add")),
  sub: binary(simd("f64x2Sub")),
  mul: binary(simd("f64x2Mul")),
  lane: (vector: Code, index: 0 | 1): Code => [...vector, ...simd("f64x2ExtractLane"), index],
  /** Loads one double into both lanes. */
  loadSplat: (address: Code, offset = 0): Code => [...address, ...simd("load64Splat"), 3, ...unsignedLeb(offset)],
};

/** Runs `body`, then again for as long as `condition` is not zero. */
export function repeatWhile(body: Code, condition: Code): Code {
  return [OPCODE.loop, EMPTY_BLOCK_TYPE, ...body, ...condition, OPCODE.branchIf, 0, OPCODE.end];
}

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly WasmType[];
  /** Absent where the function returns nothing. */
  readonly result?: WasmType;
  readonly locals: readonly WasmType[];
  readonly body: Code;
}

/** Assembles a module which imports its memory as `env.memory` and exports each function under its name. */
export function assembleModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, result }) => [
    0x60,
    ...typeVector(parameters),
    ...typeVector(result === undefined ? [] : [result]),
  ]);
  const memoryImport = [...text("env"), ...text("memory"), 0x02, 0x00, 0x01];
  const exported = functions.map(({ name }, index) => [...text(name), 0x00, ...unsignedLeb(index)]);
  const bodies = functions.map(({ locals, body }) => {
    const declared = locals.map((type) => [1, TYPE_BYTE[type]]);
    return withSize([...vector(declared), ...body, OPCODE.end]);
  });
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, vector(types)),
    ...section(2, vector([memoryImport])),
    ...section(3, vector(functions.map((_, index) => unsignedLeb(index)))),
    ...section(7, vector(exported)),
    ...section(10, vector(bodies)),
  ]);
}

function vector(items: readonly Code[]): Code {
  return [...unsignedLeb(items.length), ...items.flat()];
}

function typeVector(types: readonly WasmType[]): Code {
  return vector(types.map((type) => [TYPE_BYTE[type]]));
}

function withSize(bytes: Code): Code {
  return [...unsignedLeb(bytes.length), ...bytes];
}

function section(id: number, bytes: Code): Code {
  return [id, ...withSize(bytes)];
}

/** ASCII only, which is all that names of functions here need. */
function text(value: string): Code {
  return withSize(Array.from(value, (character) => character.charCodeAt(0)));
}
