import { totalmem } from "node:os";
import { chooseDevices } from "@mezzotint/onnx/choose-devices";
import { formatDevice } from "@mezzotint/onnx/device";
import { createProber } from "@mezzotint/onnx/probe-devices";
import type { WorkerEnvironment } from "./environment.ts";
import { createEngineHost, type EngineHost } from "./host/engine-host.ts";
import type { Log } from "./log.ts";

const KILL_GRACE_MS = 3_000;
/** Of the machine's memory, what loaded models may take in all slots together. */
const MEMORY_PART = 0.5;

/** An engine host for each slot, on devices that have shown that they compute; the log says what each probe found. */
export async function startEngines(
  { slots, modelFolders, threads, checkpointAfterMs }: WorkerEnvironment,
  log: Log,
): Promise<[EngineHost, ...EngineHost[]]> {
  const prober = createProber();
  const { devices, probes } = await chooseDevices(slots, prober).finally(prober.close);
  for (const { device, ...found } of probes) log("probed", { device: formatDevice(device), ...found });
  const memoryBudgetBytes = (totalmem() * MEMORY_PART) / devices.length;
  const [first, ...others] = devices.map((device) =>
    createEngineHost({
      modelFolders: [...modelFolders],
      device,
      threads,
      checkpointAfterMs,
      memoryBudgetBytes,
      killGraceMs: KILL_GRACE_MS,
      onLine: (line) => log("host-said", { device: formatDevice(device), line }),
    }),
  );
  if (first === undefined) throw new RangeError("slots: expected at least 1, got 0");
  return [first, ...others];
}
