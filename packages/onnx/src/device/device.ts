import { MezzotintError } from "@mezzotint/contracts/errors";

/** Execution providers by their ONNX Runtime names. */
export const PROVIDERS = ["cpu", "cuda", "tensorrt", "webgpu", "dml", "coreml"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Providers that can name one device of several by its number. */
const NUMBERED = ["cuda", "tensorrt", "dml"] as const satisfies readonly Provider[];

/** Where networks run. */
export interface Device {
  readonly provider: Provider;
  /** Which of the provider's devices, from 0; absent where the runtime chooses. */
  readonly index?: number;
}

/** A device by name, or "auto": the best one that works. */
export type DeviceWish = Device | "auto";

const DEVICES_MAX = 64;

/** Whether a provider has devices that are numbered. */
export function isNumbered(provider: Provider): boolean {
  return NUMBERED.some((numbered) => numbered === provider);
}

/** A device as people write it, such as "cpu" or "cuda:1". */
export function formatDevice({ provider, index }: Device): string {
  return index === undefined ? provider : `${provider}:${index}`;
}

/**
 * Parses "cpu", "cuda:0,cuda:1" or "auto,cpu"; a number such as "2" stands for that many times "auto".
 * Throws INVALID_INPUT with the part that is wrong, and for more than 64 devices.
 */
export function parseDevices(text: string): DeviceWish[] {
  const wishes = /^\d+$/.test(text.trim())
    ? Array.from({ length: Math.min(Number(text), DEVICES_MAX + 1) }, (): DeviceWish => "auto")
    : text.split(",").map((part) => parseDevice(part.trim()));
  if (wishes.length >= 1 && wishes.length <= DEVICES_MAX) return wishes;
  throw new MezzotintError("INVALID_INPUT", `devices: expected 1 to ${DEVICES_MAX}, got ${text}`);
}

function parseDevice(text: string): DeviceWish {
  if (text === "auto") return "auto";
  const [name, index, ...rest] = text.split(":");
  const provider = PROVIDERS.find((known) => known === name);
  if (provider === undefined || rest.length > 0) {
    throw new MezzotintError("INVALID_INPUT", `device: expected auto or one of ${PROVIDERS.join(", ")}, got "${text}"`);
  }
  if (index === undefined) return { provider };
  if (!isNumbered(provider) || !/^\d{1,3}$/.test(index)) {
    const examples = NUMBERED.map((numbered) => `${numbered}:0`).join(", ");
    throw new MezzotintError("INVALID_INPUT", `device: numbers are for devices such as ${examples}, got "${text}"`);
  }
  return { provider, index: Number(index) };
}
