import { MezzotintError } from "@mezzotint/contracts/errors";
import { formatDevice, isNumbered, type Device, type DeviceWish, type Provider } from "./device.ts";
import type { DeviceProbe, Prober } from "./probe-devices.ts";

/** Faster ones first; TensorRT builds an engine for minutes before the first picture, so that it must be asked for. */
const CANDIDATES = ["cuda", "coreml", "dml", "webgpu"] as const satisfies readonly Provider[];
const CPU: Device = { provider: "cpu" };

/** Where networks will run, and every probe that decided it. */
export interface DeviceChoice {
  readonly devices: readonly Device[];
  readonly probes: readonly DeviceProbe[];
}

/**
 * One device for each wish, all of which have shown that they compute. "auto" is the best provider that computes here
 * and is not slower than the CPU; several "auto" take its devices in turn. Throws UNSUPPORTED with the reason when a
 * device that was asked for by name does not work.
 */
export async function chooseDevices(
  wishes: readonly DeviceWish[],
  prober: Pick<Prober, "probe">,
): Promise<DeviceChoice> {
  const probes: DeviceProbe[] = [];
  const probe = async (device: Device): Promise<DeviceProbe> => {
    const found = await prober.probe(device);
    if (!probes.includes(found)) probes.push(found);
    return found;
  };
  const named: Device[] = wishes.filter((wish) => wish !== "auto");
  for (const device of named) {
    const found = await probe(device);
    if (!found.works)
      throw new MezzotintError("UNSUPPORTED", `${formatDevice(device)} does not work here: ${found.reason}`);
  }
  const autoCount = wishes.length - named.length;
  const automatic = autoCount === 0 ? [] : await findBest(autoCount, probe);
  let next = 0;
  const devices = wishes.map((wish) => (wish === "auto" ? (automatic[next++ % automatic.length] ?? CPU) : wish));
  return { devices, probes };
}

/** At least one and at most `count` devices of the best provider. */
async function findBest(count: number, probe: (device: Device) => Promise<DeviceProbe>): Promise<readonly Device[]> {
  const cpu = await probe(CPU);
  for (const provider of CANDIDATES) {
    const first: Device = isNumbered(provider) ? { provider, index: 0 } : { provider };
    const found = await probe(first);
    if (!found.works || (cpu.works && found.runMs > cpu.runMs)) continue;
    const devices = [first];
    while (isNumbered(provider) && devices.length < count) {
      const another: Device = { provider, index: devices.length };
      if (!(await probe(another)).works) break;
      devices.push(another);
    }
    return devices;
  }
  return [CPU];
}
