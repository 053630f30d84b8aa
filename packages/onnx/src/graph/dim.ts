import { invalidInput } from "./invalid-input.ts";

/** A size, or a symbolic one such as "batch", "16*batch" or "height/2". */
export type Dim = number | string;

interface Monomial {
  readonly numerator: number;
  readonly denominator: number;
  readonly symbols: readonly string[];
}

const SYMBOLIC = /^(?:(\d+)\*)?([A-Za-z_]\w*(?:\*[A-Za-z_]\w*)*)(?:\/(\d+))?$/;

function parse(dim: Dim): Monomial {
  if (typeof dim === "number") {
    if (!Number.isInteger(dim) || dim < 0) throw invalidInput(`dimension: expected a whole number >= 0, got ${dim}`);
    return { numerator: dim, denominator: 1, symbols: [] };
  }
  const match = SYMBOLIC.exec(dim);
  if (match === null) throw invalidInput(`dimension: cannot read the symbolic size "${dim}"`);
  const symbols = (match[2] ?? "").split("*").sort();
  return { numerator: Number(match[1] ?? 1), denominator: Number(match[3] ?? 1), symbols };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function format({ numerator, denominator, symbols }: Monomial): Dim | undefined {
  const divisor = greatestCommonDivisor(numerator, denominator);
  const top = divisor === 0 ? numerator : numerator / divisor;
  const bottom = divisor === 0 ? denominator : denominator / divisor;
  if (symbols.length === 0) return bottom === 1 ? top : undefined;
  if (top === 0) return 0;
  return `${top === 1 ? "" : `${top}*`}${symbols.join("*")}${bottom === 1 ? "" : `/${bottom}`}`;
}

function multiply(a: Monomial, b: Monomial): Monomial {
  return {
    numerator: a.numerator * b.numerator,
    denominator: a.denominator * b.denominator,
    symbols: [...a.symbols, ...b.symbols].sort(),
  };
}

/** The product of sizes, symbolic if one of them is ([16, "batch"] gives "16*batch"). */
export function productOfDims(dims: readonly Dim[]): Dim {
  const unit: Monomial = { numerator: 1, denominator: 1, symbols: [] };
  const product = format(dims.reduce<Monomial>((left, dim) => multiply(left, parse(dim)), unit));
  if (product === undefined) throw invalidInput(`dimension: the product of [${dims.join(",")}] is not whole`);
  return product;
}

/** The quotient of two sizes, or undefined when it is not a size (not whole, or a symbol is left below the line). */
export function divideDims(top: Dim, bottom: Dim): Dim | undefined {
  const a = parse(top);
  const b = parse(bottom);
  if (b.numerator === 0) return undefined;
  const symbols = [...a.symbols];
  for (const symbol of b.symbols) {
    const index = symbols.indexOf(symbol);
    if (index < 0) return undefined;
    symbols.splice(index, 1);
  }
  return format({ numerator: a.numerator * b.denominator, denominator: a.denominator * b.numerator, symbols });
}

/** The sum of two sizes; symbolic sizes add only when they share their symbols. Throws INVALID_INPUT otherwise. */
export function addDims(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const left = parse(a);
  const right = parse(b);
  if (left.symbols.join("*") !== right.symbols.join("*")) throw invalidInput(`dimension: cannot add ${a} and ${b}`);
  const sum = format({
    numerator: left.numerator * right.denominator + right.numerator * left.denominator,
    denominator: left.denominator * right.denominator,
    symbols: left.symbols,
  });
  if (sum === undefined) throw invalidInput(`dimension: cannot add ${a} and ${b}`);
  return sum;
}

/** The shape two operands broadcast to by the ONNX (NumPy) rule. Throws INVALID_INPUT with both shapes. */
export function broadcastShapes(a: readonly Dim[], b: readonly Dim[], label: string): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const left = a[index - rank + a.length] ?? 1;
    const right = b[index - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw invalidInput(`${label}: cannot broadcast ${formatShape(a)} with ${formatShape(b)}`);
  });
}

/** Whether two shapes are the same, symbol for symbol. */
export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, index) => dim === b[index]);
}

/** A shape as text for messages: [1,4,64,64]. */
export function formatShape(shape: readonly Dim[]): string {
  return `[${shape.join(",")}]`;
}

/** The axis counted from the front; negative axes count from the back. Throws INVALID_INPUT out of range. */
export function resolveAxis(axis: number, rank: number, label: string): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank) {
    throw invalidInput(`${label}: axis ${axis} is outside of rank ${rank}`);
  }
  return resolved;
}

/** The numeric size at an axis. Throws INVALID_INPUT when the axis is missing or symbolic. */
export function staticDim(shape: readonly Dim[], axis: number, label: string): number {
  const dim = shape[resolveAxis(axis, shape.length, label)];
  if (typeof dim !== "number") throw invalidInput(`${label}: axis ${axis} of ${formatShape(shape)} must be a number`);
  return dim;
}

/** The size at an axis, symbolic or not. Throws INVALID_INPUT when the axis is missing. */
export function dimAt(shape: readonly Dim[], axis: number, label: string): Dim {
  return shape[resolveAxis(axis, shape.length, label)] ?? 1;
}
