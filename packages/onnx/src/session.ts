import { MezzotintError } from "@mezzotint/contracts/errors";
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Provider } from "./device/device.ts";
import { formatShape } from "./graph/dim.ts";
import type { Dim } from "./graph/dim.ts";
import type { DType, TensorArray, TensorData } from "./graph/dtype.ts";
import { checkTensor, ONNX_DATA_TYPE } from "./graph/dtype.ts";
import { labelOfFile } from "./model/byte-source.ts";
import { checkModelFile } from "./model/check-model.ts";

export type { DType, TensorArray, TensorData } from "./graph/dtype.ts";

export interface SessionOptions {
  /** Where the model runs; "cpu" when absent. */
  readonly provider?: Provider;
  /** Which of the provider's devices, from 0; the runtime's choice when absent. For providers that number them. */
  readonly deviceIndex?: number | undefined;
  /** Whether operations that the provider lacks run on the CPU instead. True when absent. */
  readonly cpuMayHelp?: boolean;
  /** Threads inside one operation; all cores when absent. */
  readonly threads?: number;
  /** Whether activations are laid out ahead; false halves the memory of a training step. True when absent. */
  readonly memoryPattern?: boolean;
  /**
   * Whether weights are copied into a faster layout. When absent, only those inside of the network are: weights in a file
   * of their own stay mapped from it, so that sessions of one network share them.
   */
  readonly prepacking?: boolean;
  /** Whether idle threads spin; false is kinder to a shared machine. False when absent. */
  readonly spinning?: boolean;
  /** Writes a profile of every run to a file with this prefix when the session is released. */
  readonly profilePrefix?: string;
}

/** A declared input or output; symbolic sizes are names, unknown ones "?". */
export interface TensorType {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly Dim[];
}

export type Feeds = Readonly<Record<string, TensorData>>;

export interface Session {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
  /**
   * Runs the model, after a turn of the event loop: one run after the other shuts nobody out. `fetches` names the wanted
   * outputs (all when absent), or gives buffers that they are written into; views over WebAssembly memory are fine for
   * both, shared buffers are not.
   */
  run(feeds: Feeds, fetches?: readonly string[] | Feeds): Promise<Record<string, TensorData>>;
  /** Frees the native memory; calling it again does nothing. */
  release(): Promise<void>;
}

function isDType(type: string): type is DType {
  return Object.hasOwn(ONNX_DATA_TYPE, type);
}

function describe(metadata: readonly InferenceSession.ValueMetadata[]): TensorType[] {
  return metadata.map((value) => {
    if (!value.isTensor || !isDType(value.type)) {
      const found = value.isTensor ? value.type : "no tensor";
      throw new MezzotintError("UNSUPPORTED", `model: ${value.name} is ${found}, which the engine does not handle`);
    }
    return { name: value.name, dtype: value.type, shape: value.shape.map((dim) => (dim === "" ? "?" : dim)) };
  });
}

/** The declared tensors; a session with one that cannot be handled is freed, for nobody else will know it. */
async function describeBoth(session: InferenceSession): Promise<Pick<Session, "inputs" | "outputs">> {
  try {
    return { inputs: describe(session.inputMetadata), outputs: describe(session.outputMetadata) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

function toOrtTensor(tensor: TensorData, name: string): Tensor {
  checkTensor(tensor, `tensor ${name}`);
  return new Tensor(tensor.dtype, tensor.data, tensor.shape);
}

function fromOrtTensor(tensor: Tensor, name: string): TensorData {
  const { type, data, dims } = tensor;
  if (!isDType(type) || !ArrayBuffer.isView(data)) {
    throw new MezzotintError("UNSUPPORTED", `output ${name}: type ${type} is not handled`);
  }
  return { dtype: type, shape: dims, data: data as TensorArray };
}

function executionProvider({
  provider = "cpu",
  deviceIndex,
}: SessionOptions): InferenceSession.ExecutionProviderConfig {
  return deviceIndex === undefined ? provider : { name: provider, deviceId: deviceIndex };
}

function ortOptions(options: SessionOptions): InferenceSession.SessionOptions {
  const { provider = "cpu" } = options;
  const spinning = options.spinning === true ? "1" : "0";
  return {
    executionProviders: [executionProvider(options)],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    enableMemPattern: options.memoryPattern ?? true,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profilePrefix }),
    extra: {
      session: {
        intra_op: { allow_spinning: spinning },
        inter_op: { allow_spinning: spinning },
        disable_prepacking: options.prepacking === false ? "1" : "0",
        ...(options.cpuMayHelp === false && provider !== "cpu" ? { disable_cpu_ep_fallback: "1" } : {}),
      },
    },
  };
}

async function create(source: string | Uint8Array, options: SessionOptions): Promise<InferenceSession> {
  if (typeof source !== "string") return InferenceSession.create(source, ortOptions(options));
  const { initializers } = checkModelFile(source).graph;
  const isInside = initializers.every(({ place }) => place.kind !== "external");
  return InferenceSession.create(source, ortOptions({ prepacking: isInside, ...options }));
}

function loadError(source: string | Uint8Array, cause: unknown): MezzotintError {
  if (cause instanceof MezzotintError) return cause;
  const label = typeof source === "string" ? labelOfFile(source) : `of ${source.byteLength} bytes`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = /provider|backend/i.test(reason) ? "UNSUPPORTED" : "MODEL_CORRUPT";
  return new MezzotintError(code, `model ${label}: ${reason}`, { cause });
}

function runError(cause: unknown, feeds: Feeds): MezzotintError {
  if (cause instanceof MezzotintError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const fed = Object.entries(feeds).slice(0, 8);
  const shapes = fed.map(([name, { dtype, shape }]) => `${name} ${dtype}${formatShape(shape)}`).join(", ");
  const outOfMemory = /failed to allocate|out of memory|bad_alloc/i.test(reason);
  const code = outOfMemory ? "DEVICE_OUT_OF_MEMORY" : "INVALID_INPUT";
  return new MezzotintError(code, `model run: ${reason} (fed ${shapes})`, { cause });
}

async function runSession(
  session: InferenceSession,
  feeds: Feeds,
  fetches: readonly string[] | Feeds | undefined,
): Promise<Record<string, TensorData>> {
  const fed = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toOrtTensor(tensor, name)]));
  if (fetches === undefined || isNameList(fetches)) {
    const results = await (fetches === undefined ? session.run(fed) : session.run(fed, [...fetches]));
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromOrtTensor(tensor, name)]));
  }
  const targets = Object.entries(fetches).map(([name, tensor]) => [name, toOrtTensor(tensor, name)] as const);
  await session.run(fed, Object.fromEntries(targets));
  return { ...fetches };
}

function isNameList(fetches: readonly string[] | Feeds): fetches is readonly string[] {
  return Array.isArray(fetches);
}

/**
 * Opens a model from a path (external data is found beside it) or from bytes.
 * Throws MODEL_UNAVAILABLE for a missing file, MODEL_CORRUPT for an unreadable one or one that reaches outside of its
 * folder, UNSUPPORTED for a missing provider or a type of tensor that is not handled.
 */
export async function openSession(source: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const session = await create(source, options).catch((cause: unknown) => {
    throw loadError(source, cause);
  });
  const types = await describeBoth(session);
  let released = false;
  return {
    ...types,
    async run(feeds, fetches) {
      return runSession(session, feeds, fetches).catch((cause: unknown) => {
        throw runError(cause, feeds);
      });
    },
    async release() {
      if (released) return;
      released = true;
      if (options.profilePrefix !== undefined) session.endProfiling();
      await session.release();
    },
  };
}
