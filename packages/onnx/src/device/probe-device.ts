import { openSession } from "../session.ts";
import type { Device } from "./device.ts";
import { buildProbeModel, type ProbeModel } from "./probe-model.ts";
import { readProviderVersion } from "./provider-version.ts";

/** Whether a device really computes here, and if not, why. */
export type DeviceProbe = {
  readonly device: Device;
} & (
  | {
      readonly works: true;
      /** Of the library behind the provider. */
      readonly version: string;
      /** How long four matrix products of 512 x 512 took, transfers included. */
      readonly runMs: number;
    }
  | { readonly works: false; readonly reason: string }
);

const RUNS = 3;

/** The same for every device. */
let model: ProbeModel | null = null;

/**
 * Runs a small network on a device and compares every number that comes out. What the provider itself cannot run does
 * not count: the CPU may not step in. Loads the runtime, and a broken driver may end the process.
 */
export async function probeDevice(device: Device): Promise<DeviceProbe> {
  const { bytes, x, expected } = (model ??= buildProbeModel());
  const { provider, index } = device;
  try {
    const session = await openSession(bytes, { provider, deviceIndex: index, cpuMayHelp: false });
    try {
      let runMs = Number.POSITIVE_INFINITY;
      // The first run sets things up.
      for (let run = 0; run <= RUNS; run++) {
        const startedMs = performance.now();
        const { y } = await session.run({ x });
        if (run > 0) runMs = Math.min(runMs, performance.now() - startedMs);
        const wrong = expected.findIndex((value, place) => y?.data[place] !== value);
        if (wrong >= 0) {
          return { device, works: false, reason: `computes wrongly: ${expected[wrong]} came out as ${y?.data[wrong]}` };
        }
      }
      return { device, works: true, version: await readProviderVersion(provider), runMs };
    } finally {
      await session.release();
    }
  } catch (error) {
    return { device, works: false, reason: reasonOf(error) };
  }
}

/** What the runtime said, in one line. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return (said instanceof Error ? said.message : String(said)).replaceAll(/\s+/g, " ").trim();
}
