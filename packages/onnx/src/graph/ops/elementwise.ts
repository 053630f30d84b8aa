import { broadcastShapes } from "../dim.ts";
import type { DType, Value } from "../graph.ts";
import { ONNX_DATA_TYPE } from "../dtype.ts";
import { invalidInput } from "../invalid-input.ts";

/** A tensor, or a number that becomes a scalar constant of the other operand's type. */
export type Operand = Value | number;

function resolveOperands(op: string, a: Operand, b: Operand): readonly [Value, Value] {
  if (typeof a !== "number") {
    const right = typeof b === "number" ? a.graph.scalar(b, a.dtype) : b;
    if (a.dtype !== right.dtype) throw invalidInput(`${op}: ${a.name} is ${a.dtype}, ${right.name} is ${right.dtype}`);
    return [a, right];
  }
  if (typeof b === "number") throw invalidInput(`${op}: one operand must be a tensor, got ${a} and ${b}`);
  return [b.graph.scalar(a, b.dtype), b];
}

function binary(op: string, a: Operand, b: Operand): Value {
  const [left, right] = resolveOperands(op, a, b);
  const shape = broadcastShapes(left.shape, right.shape, op);
  return left.graph.apply(op, [left, right], { dtype: left.dtype, shape });
}

function compare(op: string, a: Operand, b: Operand): Value {
  const [left, right] = resolveOperands(op, a, b);
  const shape = broadcastShapes(left.shape, right.shape, op);
  return left.graph.apply(op, [left, right], { dtype: "bool", shape });
}

function unary(op: string, x: Value): Value {
  return x.graph.apply(op, [x], { dtype: x.dtype, shape: x.shape });
}

/** a + b with broadcasting. Throws INVALID_INPUT when types or shapes do not fit. */
export function add(a: Operand, b: Operand): Value {
  return binary("Add", a, b);
}

/** a - b with broadcasting. Throws INVALID_INPUT when types or shapes do not fit. */
export function sub(a: Operand, b: Operand): Value {
  return binary("Sub", a, b);
}

/** a * b with broadcasting. Throws INVALID_INPUT when types or shapes do not fit. */
export function mul(a: Operand, b: Operand): Value {
  return binary("Mul", a, b);
}

/** a / b with broadcasting. Throws INVALID_INPUT when types or shapes do not fit. */
export function div(a: Operand, b: Operand): Value {
  return binary("Div", a, b);
}

/** x to a constant power, elementwise. */
export function pow(x: Value, exponent: number): Value {
  return x.graph.apply("Pow", [x, x.graph.scalar(exponent, x.dtype)], { dtype: x.dtype, shape: x.shape });
}

/** x * x, elementwise. */
export function square(x: Value): Value {
  return mul(x, x);
}

/** -x, elementwise. */
export function neg(x: Value): Value {
  return unary("Neg", x);
}

/** The square root, elementwise; x >= 0. */
export function sqrt(x: Value): Value {
  return unary("Sqrt", x);
}

/** 1 / x, elementwise. */
export function reciprocal(x: Value): Value {
  return unary("Reciprocal", x);
}

/** e to the x, elementwise. */
export function exp(x: Value): Value {
  return unary("Exp", x);
}

/** The natural logarithm, elementwise; x > 0. */
export function log(x: Value): Value {
  return unary("Log", x);
}

/** The sine, elementwise, of radians. */
export function sin(x: Value): Value {
  return unary("Sin", x);
}

/** The cosine, elementwise, of radians. */
export function cos(x: Value): Value {
  return unary("Cos", x);
}

/** The hyperbolic tangent, elementwise. */
export function tanh(x: Value): Value {
  return unary("Tanh", x);
}

/** 1 / (1 + e^-x), elementwise. */
export function sigmoid(x: Value): Value {
  return unary("Sigmoid", x);
}

/** ln(1 + e^x), elementwise. */
export function softplus(x: Value): Value {
  return unary("Softplus", x);
}

/** max(x, 0), elementwise. */
export function relu(x: Value): Value {
  return unary("Relu", x);
}

/** |x|, elementwise. */
export function abs(x: Value): Value {
  return unary("Abs", x);
}

/** -1, 0 or 1, elementwise. */
export function sign(x: Value): Value {
  return unary("Sign", x);
}

/** The larger of a and b with broadcasting. */
export function maximum(a: Operand, b: Operand): Value {
  return binary("Max", a, b);
}

/** The smaller of a and b with broadcasting. */
export function minimum(a: Operand, b: Operand): Value {
  return binary("Min", a, b);
}

/** x limited to [low, high], elementwise. Throws INVALID_INPUT when low > high. */
export function clip(x: Value, low: number, high: number): Value {
  if (!(low <= high)) throw invalidInput(`Clip: the lower bound ${low} is above the upper bound ${high}`);
  const bounds = [x.graph.scalar(low, x.dtype), x.graph.scalar(high, x.dtype)];
  return x.graph.apply("Clip", [x, ...bounds], { dtype: x.dtype, shape: x.shape });
}

/** Whether a equals b, elementwise with broadcasting; a bool tensor. */
export function equal(a: Operand, b: Operand): Value {
  return compare("Equal", a, b);
}

/** Whether a > b, elementwise with broadcasting; a bool tensor. */
export function greater(a: Operand, b: Operand): Value {
  return compare("Greater", a, b);
}

/** Whether a < b, elementwise with broadcasting; a bool tensor. */
export function less(a: Operand, b: Operand): Value {
  return compare("Less", a, b);
}

/** a where the bool condition holds and b elsewhere, with broadcasting of all three. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  if (condition.dtype !== "bool") throw invalidInput(`Where: the condition must be bool, got ${condition.dtype}`);
  const [left, right] = resolveOperands("Where", a, b);
  const shape = broadcastShapes(condition.shape, broadcastShapes(left.shape, right.shape, "Where"), "Where");
  return condition.graph.apply("Where", [condition, left, right], { dtype: left.dtype, shape });
}

/** x converted to another type; the tensor itself when it already has it. */
export function cast(x: Value, dtype: DType): Value {
  if (x.dtype === dtype) return x;
  return x.graph.apply("Cast", [x], { attributes: { to: { int: ONNX_DATA_TYPE[dtype] } }, dtype, shape: x.shape });
}
