import path from "node:path";
import { totalmem } from "node:os";
import { MezzotintError, type PlainError } from "@mezzotint/contracts/errors";
import type { ModelInfo } from "@mezzotint/contracts/model";
import type { Recipe } from "@mezzotint/contracts/recipe";
import { formatDevice, type Device } from "@mezzotint/onnx/device";
import { startHostProcess, type HostProcess } from "./host-process.ts";
import { createModelTurns } from "./model-turns.ts";
import type { Answer, GeneratedImages, HostNews, HostProgress, ImageState, ModelProblem } from "./protocol.ts";

export interface EngineHostOptions {
  /** Folders that hold model folders. */
  readonly modelFolders: readonly string[];
  /** Threads inside one operation. */
  readonly threads: number;
  /** How long a host may take to stop when asked, before it is killed. */
  readonly killGraceMs: number;
  /** The CPU when absent. */
  readonly device?: Device;
  /** What loaded models may take together; half of the machine's memory when absent. */
  readonly memoryBudgetBytes?: number;
  readonly startTimeoutMs?: number;
  /** How long a generation may go without a step, loading and decoding included, before its host is killed. */
  readonly stallTimeoutMs?: number;
  /** The least time between two reports of progress. */
  readonly progressIntervalMs?: number;
  /** How much drawing may be lost, while at least as much is left, before states are told; never told when absent. */
  readonly checkpointAfterMs?: number;
  /** Gets what the host prints. */
  readonly onLine?: (line: string) => void;
}

export interface GenerateRequest {
  readonly recipe: Recipe;
  readonly count: number;
  /** Encoded files of what the recipe names. */
  readonly source?: Uint8Array | undefined;
  readonly mask?: Uint8Array | undefined;
  readonly stageInput?: Uint8Array | undefined;
  readonly imageEmbedding?: Uint8Array | undefined;
  /** Where an earlier attempt left its pictures. */
  readonly states?: readonly ImageState[] | undefined;
  /** Whether somebody wants to see previews; asked at every report. */
  readonly preview: () => boolean;
  readonly onProgress: (progress: HostProgress) => void;
  /** Gets the pictures that moved, now and then and before an abort is answered. */
  readonly onCheckpoint?: ((states: readonly ImageState[]) => void) | undefined;
  readonly onStateRefused?: ((image: number, error: PlainError) => void) | undefined;
  readonly signal: AbortSignal;
}

/** Computes in a child process that is started when first needed and again after it died. */
export interface EngineHost {
  /** Process id of the living host. */
  readonly pid: number | undefined;
  /** Where it computes, such as "cpu" or "cuda:1". */
  readonly device: string;
  /** What describeModels last found unusable. */
  readonly problems: readonly ModelProblem[];
  /** The hash of the model that the living host drew with last, and hence has loaded. */
  readonly warmModelHash: string | null;
  /** Starts the host ahead of the first call. */
  start(): Promise<void>;
  describeModels(): Promise<readonly ModelInfo[]>;
  /** Calls for one model run together and share its time; others wait for their turn. ENGINE_CRASHED when the host dies, CANCELLED after an abort. */
  generate(request: GenerateRequest): Promise<GeneratedImages>;
  /** Ends the host; open calls fail with ENGINE_CRASHED. */
  close(): Promise<void>;
}

const CPU: Device = { provider: "cpu" };
const START_TIMEOUT_MS = 60_000;
const PROGRESS_INTERVAL_MS = 250;
/** Loading a large model, or one step of it on a slow processor, takes minutes. */
const STALL_TIMEOUT_MS = 15 * 60_000;

export function createEngineHost(options: EngineHostOptions): EngineHost {
  let current: HostProcess | null = null;
  let closed = false;
  let warm: { readonly host: HostProcess; readonly modelHash: string } | null = null;
  let problems: readonly ModelProblem[] = [];
  const turns = createModelTurns();
  const stalls = new Set<NodeJS.Timeout>();

  async function open(): Promise<HostProcess> {
    if (closed) throw new MezzotintError("ENGINE_CRASHED", "engine host: closed");
    if (current === null || !current.isAlive()) current = startProcess(options);
    const host = current;
    await host.ready;
    return host;
  }

  async function generateNow(request: GenerateRequest): Promise<GeneratedImages> {
    refuseAborted(request.signal);
    const host = await open();
    refuseAborted(request.signal);
    warm = { host, modelHash: request.recipe.model.hash };
    return generateIn(host, request, { stallTimeoutMs: STALL_TIMEOUT_MS, ...options, stalls });
  }

  return {
    device: formatDevice(options.device ?? CPU),
    get pid() {
      return current?.isAlive() === true ? current.pid : undefined;
    },
    get problems() {
      return problems;
    },
    get warmModelHash() {
      return warm?.host.isAlive() === true ? warm.modelHash : null;
    },
    async start() {
      await open();
    },
    async describeModels() {
      const host = await open();
      const answer = await host.ask({ type: "describe" }).answer;
      if (answer.type !== "described") throw wrongAnswer("describe", answer);
      ({ problems } = answer.result);
      return answer.result.models;
    },
    generate(request) {
      const { name, hash } = request.recipe.model;
      return turns.run(`${name} ${hash}`, () => generateNow(request));
    },
    async close() {
      closed = true;
      const host = current;
      if (host === null) return;
      const timer = setTimeout(host.kill, options.killGraceMs);
      host.tell({ type: "leave" });
      await host.ended;
      clearTimeout(timer);
    },
  };
}

function startProcess(options: EngineHostOptions): HostProcess {
  const host = startHostProcess({
    settings: {
      modelFolders: options.modelFolders.map((folder) => path.resolve(folder)),
      device: options.device ?? CPU,
      threads: options.threads,
      memoryBudgetBytes: options.memoryBudgetBytes ?? totalmem() / 2,
      progressIntervalMs: options.progressIntervalMs ?? PROGRESS_INTERVAL_MS,
      checkpointAfterMs: options.checkpointAfterMs ?? Number.POSITIVE_INFINITY,
    },
    startTimeoutMs: options.startTimeoutMs ?? START_TIMEOUT_MS,
    onLine: options.onLine ?? (() => undefined),
  });
  // Whoever needs it awaits `ready` as well; a start that nobody waits for any more must not end this process.
  host.ready.catch(() => undefined);
  return host;
}

interface GenerationWatch {
  readonly killGraceMs: number;
  readonly stallTimeoutMs: number;
  /** Of all open generations of the host. */
  readonly stalls: Set<NodeJS.Timeout>;
}

async function generateIn(
  host: HostProcess,
  request: GenerateRequest,
  { killGraceMs, stallTimeoutMs, stalls }: GenerationWatch,
): Promise<GeneratedImages> {
  const { recipe, count, source, mask, stageInput, imageEmbedding, states, signal } = request;
  let wanted = request.preview();
  // A runtime that hangs neither answers nor dies, and the lease is renewed for as long as this process lives.
  const stalled = setTimeout(host.kill, stallTimeoutMs);
  stalls.add(stalled);
  const { id, answer } = host.ask(
    { type: "generate", recipe, count, source, mask, stageInput, imageEmbedding, states, preview: wanted },
    (news) => {
      // One that waits for its share of the calls is not stuck while others move.
      for (const timer of stalls) timer.refresh();
      if (news.type !== "progress") return tellState(request, news);
      const now = request.preview();
      if (now !== wanted) host.tell({ type: "preview", id, wanted: now });
      wanted = now;
      request.onProgress(news.progress);
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    host.tell({ type: "cancel", id });
    timer = setTimeout(host.kill, killGraceMs);
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    const given = await answer;
    if (given.type !== "generated") throw wrongAnswer("generate", given);
    return given.result;
  } catch (error) {
    if (!signal.aborted || !(error instanceof MezzotintError) || error.code !== "ENGINE_CRASHED") throw error;
    const message = `generation: did not stop within ${killGraceMs} ms, so its engine host was killed`;
    throw new MezzotintError("CANCELLED", message, { cause: error });
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(timer);
    clearTimeout(stalled);
    stalls.delete(stalled);
  }
}

function tellState(request: GenerateRequest, news: Exclude<HostNews, { type: "progress" }>): void {
  if (news.type === "checkpoint") request.onCheckpoint?.(news.states);
  else request.onStateRefused?.(news.image, news.error);
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new MezzotintError("CANCELLED", "generation: cancelled before it began");
}

function wrongAnswer(question: string, { type }: Answer): MezzotintError {
  return new MezzotintError("INTERNAL", `engine host: answered ${question} with ${type}`);
}
