import { MezzotintError } from "@mezzotint/contracts/errors";
import { Graph } from "@mezzotint/onnx/graph";
import type { Value } from "@mezzotint/onnx/graph";
import { openSession } from "@mezzotint/onnx/session";
import type { Feeds, Session, TensorData } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";
import { gradients } from "../autodiff/gradients.ts";
import { createParameterArena } from "../optimizer/parameter-arena.ts";
import type { ParameterArena } from "../optimizer/parameter-arena.ts";
import { createParameterScope, parameterInputName } from "./parameter-scope.ts";
import type { ParameterDeclaration, ParameterScope } from "./parameter-scope.ts";
import type { StepScalars, TrainStep } from "./train-options.ts";

/** What a model function computes from one batch: one number to minimise and others worth a curve. */
export interface ModelLoss {
  readonly loss: Value;
  readonly metrics?: Readonly<Record<string, Value>>;
}

export interface TrainingStepOptions {
  /** Declares the inputs of a batch, of fixed sizes, and returns the loss as a mean over the batch. */
  readonly build: (graph: Graph, p: ParameterScope) => ModelLoss;
  /** Decides the first values of the parameters. */
  readonly seed: number;
  /** Threads inside one operation; all cores when absent. */
  readonly threads?: number;
  /** Whether `train` will average several micro-batches; costs one more array. Default false. */
  readonly accumulate?: boolean;
}

export interface TrainingStep {
  readonly arena: ParameterArena;
  readonly step: TrainStep<Feeds>;
  readonly release: () => Promise<void>;
}

interface TrainingGraph {
  readonly declarations: readonly ParameterDeclaration[];
  readonly scalars: ReadonlyMap<string, Value>;
  /** Gradient of each parameter by the parameter's name. */
  readonly slopes: ReadonlyMap<string, Value>;
  readonly model: Uint8Array;
}

/**
 * Builds a model function with its gradients into one session which reads weights from an arena and writes gradients
 * into it. Throws INVALID_INPUT if a declared parameter does not reach the loss or the loss is not one float32.
 */
export async function createTrainingStep(options: TrainingStepOptions): Promise<TrainingStep> {
  const { declarations, scalars, slopes, model } = buildTrainingGraph(options.build);
  const { seed, accumulate = false, threads } = options;
  const arena = createParameterArena(declarations, { seed, accumulate });
  const session = await openSession(model, { memoryPattern: false, ...(threads === undefined ? {} : { threads }) });
  return {
    arena,
    step: bindStep({ session, arena, scalars, slopes }),
    release: () => session.release(),
  };
}

function buildTrainingGraph(build: TrainingStepOptions["build"]): TrainingGraph {
  const graph = new Graph("training");
  const parameters = new Map<string, Value>();
  const declarations: ParameterDeclaration[] = [];
  const scope = createParameterScope((declaration) => {
    const value = graph.input(parameterInputName(declaration.name), "float32", declaration.shape);
    declarations.push(declaration);
    parameters.set(declaration.name, value);
    return value;
  });
  const { loss, metrics = {} } = build(graph, scope);
  if (Object.hasOwn(metrics, "loss")) {
    throw new MezzotintError("INVALID_INPUT", "training graph: a metric may not be called loss");
  }
  const computed = Object.entries({ ...metrics, loss });
  for (const [name, { dtype, shape }] of computed) {
    if (dtype === "float32" && shape.every((size) => size === 1)) continue;
    const found = `${dtype} [${shape.join(",")}]`;
    throw new MezzotintError("INVALID_INPUT", `training graph: expected ${name} to be one float32, got ${found}`);
  }
  const values = gradients(loss, [...parameters.values()]);
  const outputs = new Map<string, Value>();
  const publish = (value: Value): Value => {
    // An output must be computed and listed once: two parameters that are added share one gradient, for instance.
    const direct = graph.producer(value) !== undefined && !outputs.has(value.name);
    const [output] = direct ? [value] : graph.node("Identity", [value], { outputs: [value] });
    if (output === undefined) throw new MezzotintError("INTERNAL", `training graph: ${value.name} has no copy`);
    outputs.set(output.name, output);
    return output;
  };
  const scalars = new Map(computed.map(([name, value]) => [name, publish(value)]));
  const slopes = new Map(declarations.map(({ name }, index) => [name, publish(gradientOf(name, values[index]))]));
  return { declarations, scalars, slopes, model: writeModel(graph, { outputs: [...outputs.values()] }) };
}

function gradientOf(name: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new MezzotintError("INVALID_INPUT", `training graph: parameter ${name} does not reach the loss`);
}

function bindStep(bound: {
  readonly session: Session;
  readonly arena: ParameterArena;
  readonly scalars: TrainingGraph["scalars"];
  readonly slopes: TrainingGraph["slopes"];
}): TrainStep<Feeds> {
  const { session, arena, scalars, slopes } = bound;
  const weights: Record<string, TensorData> = {};
  const fetches: Record<string, TensorData> = {};
  for (const { name, shape } of arena.entries) {
    weights[parameterInputName(name)] = { dtype: "float32", shape, data: arena.view("parameters", name) };
    const slope = slopes.get(name);
    if (slope === undefined || slope.shape.join(",") !== shape.join(",")) {
      const found = slope === undefined ? "none" : `[${slope.shape.join(",")}]`;
      throw new MezzotintError("INTERNAL", `training graph: gradient of ${name} [${shape.join(",")}] is ${found}`);
    }
    fetches[slope.name] = { dtype: "float32", shape, data: arena.view("gradients", name) };
  }
  const cells = new Map<string, Float32Array>();
  for (const [name, value] of scalars) {
    const data = new Float32Array(1);
    cells.set(name, data);
    fetches[value.name] = { dtype: "float32", shape: value.shape.map(() => 1), data };
  }
  const read = (name: string): number => cells.get(name)?.[0] ?? NaN;
  return {
    run: async (feeds): Promise<StepScalars> => {
      await session.run({ ...weights, ...feeds }, fetches);
      return { ...Object.fromEntries([...cells.keys()].map((name) => [name, read(name)])), loss: read("loss") };
    },
  };
}
