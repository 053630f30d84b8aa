import { MezzotintError } from "@mezzotint/contracts/errors";
import type { GraphNode } from "@mezzotint/onnx/graph";
import type { BackwardRule } from "../rule.ts";
import { convolutionRules } from "./convolution.ts";
import { elementwiseRules } from "./elementwise.ts";
import { indexingRules } from "./indexing.ts";
import { matmulRules } from "./matmul.ts";
import { normalizationRules } from "./normalization.ts";
import { reduceRules } from "./reduce.ts";
import { shapeRules } from "./shape.ts";

const RULES: ReadonlyMap<string, BackwardRule> = new Map<string, BackwardRule>(
  Object.entries({
    ...convolutionRules,
    ...elementwiseRules,
    ...indexingRules,
    ...matmulRules,
    ...normalizationRules,
    ...reduceRules,
    ...shapeRules,
  } satisfies Record<string, BackwardRule>),
);

/** The names of all operations with a gradient, sorted. */
export const DIFFERENTIABLE_OPERATIONS: readonly string[] = [...RULES.keys()].sort();

/** The rule of a node. Throws UNSUPPORTED with the operation's name when there is none. */
export function ruleOf(node: GraphNode): BackwardRule {
  const rule = RULES.get(node.op);
  if (rule === undefined) throw new MezzotintError("UNSUPPORTED", `${node.name}: ${node.op} has no gradient`);
  return rule;
}
