import { MezzotintError } from "@mezzotint/contracts/errors";
import type { Value } from "@mezzotint/onnx/graph";

/** How first values are drawn: `std` is the standard deviation, `bound` the half-width of [-bound, bound). */
export type Initializer =
  | { readonly kind: "zeros" }
  | { readonly kind: "ones" }
  | { readonly kind: "normal"; readonly std: number }
  | { readonly kind: "uniform"; readonly bound: number };

export interface ParameterOptions {
  readonly init: Initializer;
  /** Whether weight decay acts on it. Default: true for two dimensions and more, false for vectors and scalars. */
  readonly decay?: boolean;
  /** Multiplies the learning rate of this parameter. Default 1. */
  readonly learningRateScale?: number;
}

/** One named array that training may change. Names are paths such as `block0/attention/query`. */
export interface ParameterDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initializer;
  readonly decay: boolean;
  readonly learningRateScale: number;
}

/**
 * The place a model function asks for its weights. What it gets is decided by whoever builds the graph: graph inputs
 * while training and sampling, constants in an exported model.
 */
export interface ParameterScope {
  parameter(name: string, shape: readonly number[], options: ParameterOptions): Value;
  scope(name: string): ParameterScope;
}

/**
 * A scope that hands every declared parameter to `bind` and returns the graph value which `bind` makes for it.
 * Full names are the scope names joined by `/`. Throws INVALID_INPUT for a name declared twice or with a bad shape.
 */
export function createParameterScope(bind: (declaration: ParameterDeclaration) => Value): ParameterScope {
  const seen = new Set<string>();
  const at = (prefix: string): ParameterScope => ({
    parameter: (name, shape, options) => {
      const declaration = declare(`${prefix}${name}`, shape, options);
      if (seen.has(declaration.name)) {
        throw new MezzotintError(
          "INVALID_INPUT",
          `parameter ${declaration.name}: declared twice; reuse its value to tie weights`,
        );
      }
      seen.add(declaration.name);
      return bind(declaration);
    },
    scope: (name) => at(`${prefix}${name}/`),
  });
  return at("");
}

/** Number of elements of a shape (1 for a scalar). */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The graph input that carries a parameter while training: `param:<full name>`. */
export function parameterInputName(name: string): string {
  return `param:${name}`;
}

function declare(name: string, shape: readonly number[], options: ParameterOptions): ParameterDeclaration {
  if (!shape.every((length) => Number.isInteger(length) && length > 0)) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `parameter ${name}: expected positive integer lengths, got [${shape.join(",")}]`,
    );
  }
  return {
    name,
    shape: [...shape],
    init: options.init,
    decay: options.decay ?? shape.length >= 2,
    learningRateScale: options.learningRateScale ?? 1,
  };
}
