import {
  assembleModule,
  f64,
  f64x2,
  i32,
  local,
  repeatWhile,
  v128,
  type Code,
  type WasmFunction,
} from "../wasm-assembler.ts";

const DOUBLE_BYTES = 8;
const TILE = 4;

/** The inner loops of the factorizations. All addresses, strides and ends are bytes into the workspace memory. */
export interface Kernels {
  /**
   * C[4,4] += alpha A B^T for one tile of C at `c` with rows `cStride` apart. A and B are packed panels: for each of the
   * `depth` terms the 4 values of A's rows, B's likewise; `aEnd` is the address behind the last value of A.
   */
  multiplyTile(c: number, cStride: number, a: number, aEnd: number, b: number, alpha: number): void;
  /**
   * For 4 rows r: row -= u[r] y + x[r] v, then sum += w[r] row. Lengths are even; `rowEnd` is the end of the first row.
   * `coefficients` points at u (4 values), x (4 values), w (4 values).
   */
  updateRows(
    row: number,
    stride: number,
    rowEnd: number,
    y: number,
    v: number,
    sum: number,
    coefficients: number,
  ): void;
  /** out[r] = row r . v for 4 rows. Lengths are even. */
  dotRows(row: number, stride: number, rowEnd: number, v: number, out: number): void;
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
    local.set(a, i32.add(local.get(a), i32.small(TILE * DOUBLE_BYTES))),
    local.set(b, i32.add(local.get(b), i32.small(TILE * DOUBLE_BYTES))),
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

function updateRows(): WasmFunction {
  const [row, stride, rowEnd, y, v, sum, coefficients] = [0, 1, 2, 3, 4, 5, 6];
  const [rows, u, x, w, yPair, vPair, total, updated] = [7, 10, 14, 18, 22, 23, 24, 25];
  const address = (r: number): Code => local.get(r === 0 ? row : rows + r - 1);
  const advance = (index: number): Code => local.set(index, i32.add(local.get(index), i32.small(2 * DOUBLE_BYTES)));
  const splats = range(3 * TILE).flatMap((i) =>
    local.set(u + i, f64x2.loadSplat(local.get(coefficients), i * DOUBLE_BYTES)),
  );
  const step: Code[] = [
    local.set(yPair, v128.load(local.get(y))),
    local.set(vPair, v128.load(local.get(v))),
    local.set(total, v128.load(local.get(sum))),
    ...range(TILE).map((r) => {
      const left = f64x2.mul(local.get(u + r), local.get(yPair));
      const right = f64x2.mul(local.get(x + r), local.get(vPair));
      return [
        ...local.set(updated, f64x2.sub(f64x2.sub(v128.load(address(r)), left), right)),
        ...v128.store(address(r), 0, local.get(updated)),
        ...local.set(total, f64x2.add(local.get(total), f64x2.mul(local.get(w + r), local.get(updated)))),
      ];
    }),
    v128.store(local.get(sum), 0, local.get(total)),
    ...[row, rows, rows + 1, rows + 2, y, v, sum].map(advance),
  ];
  return {
    name: "updateRows",
    parameters: range(7).map(() => "i32" as const),
    locals: ["i32", "i32", "i32", ...range(16).map(() => "v128" as const)],
    body: [
      ...rowAddresses(rows, row, stride),
      ...splats,
      ...repeatWhile(step.flat(), i32.lessUnsigned(local.get(row), local.get(rowEnd))),
    ],
  };
}

function dotRows(): WasmFunction {
  const [row, stride, rowEnd, v, out] = [0, 1, 2, 3, 4];
  const [rows, vPair, sums] = [5, 8, 9];
  const address = (r: number): Code => local.get(r === 0 ? row : rows + r - 1);
  const advance = (index: number): Code => local.set(index, i32.add(local.get(index), i32.small(2 * DOUBLE_BYTES)));
  const step: Code[] = [
    local.set(vPair, v128.load(local.get(v))),
    ...range(TILE).map((r) =>
      local.set(sums + r, f64x2.add(local.get(sums + r), f64x2.mul(v128.load(address(r)), local.get(vPair)))),
    ),
    ...[row, rows, rows + 1, rows + 2, v].map(advance),
  ];
  const total = (r: number): Code => f64.add(f64x2.lane(local.get(sums + r), 0), f64x2.lane(local.get(sums + r), 1));
  return {
    name: "dotRows",
    parameters: range(5).map(() => "i32" as const),
    locals: ["i32", "i32", "i32", ...range(5).map(() => "v128" as const)],
    body: [
      ...rowAddresses(rows, row, stride),
      ...repeatWhile(step.flat(), i32.lessUnsigned(local.get(row), local.get(rowEnd))),
      ...range(TILE).flatMap((r) => f64.store(local.get(out), r * DOUBLE_BYTES, total(r))),
    ],
  };
}

/** The bytes of the WebAssembly module that exports `Kernels` over an imported memory. */
export function assembleKernels(): Uint8Array<ArrayBuffer> {
  return assembleModule([multiplyTile(), updateRows(), dotRows()]);
}
