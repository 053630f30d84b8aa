import type { GraphNode } from "./graph.ts";
import { invalidInput } from "./invalid-input.ts";

/** The integer attribute of a node, or the fallback. Throws INVALID_INPUT when it is absent without one. */
export function intAttribute(node: GraphNode, name: string, fallback?: number): number {
  const attribute = node.attributes[name];
  if (attribute !== undefined && "int" in attribute) return attribute.int;
  if (fallback !== undefined) return fallback;
  throw invalidInput(`${node.name}: the integer attribute ${name} is missing`);
}

/** The integer list attribute of a node. Throws INVALID_INPUT when it is absent. */
export function intsAttribute(node: GraphNode, name: string): readonly number[] {
  const attribute = node.attributes[name];
  if (attribute !== undefined && "ints" in attribute) return attribute.ints;
  throw invalidInput(`${node.name}: the integer list attribute ${name} is missing`);
}
