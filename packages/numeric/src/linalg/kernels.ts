import {
  assembleModule,
  f64x2,
  i32,
  local,
  repeatWhile,
  v128,
  type Code,
  type WasmFunction,
} from "../wasm-assembler.ts";

/** Columns that a reduction treats together: their rows are 64 bytes, a line of the cache. */
export const STRIP_COLUMNS = 8;

const DOUBLE_BYTES = 8;
const PAIR_BYTES = 16;
const STRIP_PAIRS = STRIP_COLUMNS / 2;
const TILE = 4;

/** The inner loops of the factorizations. All addresses, strides and ends are bytes into the workspace memory. */
export interface Kernels {
  /**
   * C[4,4] += alpha A B^T for one tile of C at `c` with rows `cStride` apart. A and B are packed panels: for each of the
   * `depth` terms the 4 values of A's rows, B's likewise; `aEnd` is the address behind the last value of A.
   */
  multiplyTile(c: number, cStride: number, a: number, aEnd: number, b: number, alpha: number): void;
  /**
   * For each row of a strip of 8 columns: row -= u y + x v, then the sum of w row is written to `sum`. `coefficients`
   * points at u, x and w of the first row.
   */
  updateStrip(strip: number, end: number, y: number, v: number, sum: number, coefficients: number): void;
  /** dots += row . v for each row of a strip, in two parts that add up to it. */
  multiplyStrip(strip: number, end: number, v: number, dots: number): void;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Sets consecutive locals from `first` to the addresses of rows 1 to 3 below the row in local `base`. */
function rowAddresses(first: number, base: number, stride: number): Code {
  return range(TILE - 1).flatMap((r) =>
    local.set(first + r, i32.add(local.get(r === 0 ? base : first + r - 1), local.get(stride))),
  );
}

function multiplyTile(): WasmFunction {
  const [c, cStride, a, aEnd, b, alpha] = [0, 1, 2, 3, 4, 5];
  const [cRows, left, right, sums] = [6, 9, 10, 12];
  const sum = (row: number, half: number): number => sums + row * 2 + half;
  const step: Code[] = [
    ...range(2).map((half) => local.set(right + half, v128.load(local.get(b), half * 2 * DOUBLE_BYTES))),
    ...range(TILE).map((row) => [
      ...local.set(left, f64x2.loadSplat(local.get(a), row * DOUBLE_BYTES)),
      ...range(2).flatMap((half) => {
        const product = f64x2.mul(local.get(left), local.get(right + half));
        return local.set(sum(row, half), f64x2.add(local.get(sum(row, half)), product));
      }),
    ]),
    local.set(a, i32.add(local.get(a), i32.constant(TILE * DOUBLE_BYTES))),
    local.set(b, i32.add(local.get(b), i32.constant(TILE * DOUBLE_BYTES))),
  ];
  const address = (row: number): Code => local.get(row === 0 ? c : cRows + row - 1);
  const add = (row: number, half: number): Code => {
    const offset = half * 2 * DOUBLE_BYTES;
    const scaled = f64x2.mul(f64x2.splat(local.get(alpha)), local.get(sum(row, half)));
    return v128.store(address(row), offset, f64x2.add(v128.load(address(row), offset), scaled));
  };
  return {
    name: "multiplyTile",
    parameters: ["i32", "i32", "i32", "i32", "i32", "f64"],
    locals: ["i32", "i32", "i32", ...range(11).map(() => "v128" as const)],
    body: [
      ...rowAddresses(cRows, c, cStride),
      ...repeatWhile(step.flat(), i32.lessUnsigned(local.get(a), local.get(aEnd))),
      ...range(TILE).flatMap((row) => range(2).flatMap((half) => add(row, half))),
    ],
  };
}

/** The four pairs of 8 doubles at the address in local `address`, into consecutive locals from `first`. */
function loadStrip(first: number, address: number): Code {
  return range(STRIP_PAIRS).flatMap((pair) =>
    local.set(first + pair, v128.load(local.get(address), pair * PAIR_BYTES)),
  );
}

function advance(index: number, bytes: number): Code {
  return local.set(index, i32.add(local.get(index), i32.constant(bytes)));
}

function updateStrip(): WasmFunction {
  const [strip, end, y, v, sum, coefficients] = [0, 1, 2, 3, 4, 5];
  const [ys, vs, sums, u, x, w, updated] = [6, 10, 14, 18, 19, 20, 21];
  const step: Code[] = [
    ...[u, x, w].map((index, i) => local.set(index, f64x2.loadSplat(local.get(coefficients), i * DOUBLE_BYTES))),
    ...range(STRIP_PAIRS).map((pair) => {
      const at = pair * PAIR_BYTES;
      const left = f64x2.mul(local.get(u), local.get(ys + pair));
      const right = f64x2.mul(local.get(x), local.get(vs + pair));
      return [
        ...local.set(updated, f64x2.sub(f64x2.sub(v128.load(local.get(strip), at), left), right)),
        ...v128.store(local.get(strip), at, local.get(updated)),
        ...local.set(sums + pair, f64x2.add(local.get(sums + pair), f64x2.mul(local.get(w), local.get(updated)))),
      ];
    }),
    advance(strip, STRIP_PAIRS * PAIR_BYTES),
    advance(coefficients, 3 * DOUBLE_BYTES),
  ];
  return {
    name: "updateStrip",
    parameters: range(6).map(() => "i32" as const),
    locals: range(16).map(() => "v128" as const),
    body: [
      ...loadStrip(ys, y),
      ...loadStrip(vs, v),
      ...repeatWhile(step.flat(), i32.lessUnsigned(local.get(strip), local.get(end))),
      ...range(STRIP_PAIRS).flatMap((pair) => v128.store(local.get(sum), pair * PAIR_BYTES, local.get(sums + pair))),
    ],
  };
}

function multiplyStrip(): WasmFunction {
  const [strip, end, v, dots] = [0, 1, 2, 3];
  const vs = 4;
  const product = (pair: number): Code =>
    f64x2.mul(v128.load(local.get(strip), pair * PAIR_BYTES), local.get(vs + pair));
  const sum = range(STRIP_PAIRS).map(product).reduce(f64x2.add);
  const step: Code[] = [
    v128.store(local.get(dots), 0, f64x2.add(v128.load(local.get(dots)), sum)),
    advance(strip, STRIP_PAIRS * PAIR_BYTES),
    advance(dots, PAIR_BYTES),
  ];
  return {
    name: "multiplyStrip",
    parameters: range(4).map(() => "i32" as const),
    locals: range(4).map(() => "v128" as const),
    body: [...loadStrip(vs, v), ...repeatWhile(step.flat(), i32.lessUnsigned(local.get(strip), local.get(end)))],
  };
}

/** The bytes of the WebAssembly module that exports `Kernels` over an imported memory. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  return assembleModule([multiplyTile(), updateStrip(), multiplyStrip()]);
}
