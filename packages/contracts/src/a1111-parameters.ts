import { MezzotintError } from "./errors.ts";

export interface A1111Parameters {
  readonly prompt: string;
  /** Empty when there is none. */
  readonly negativePrompt: string;
  readonly steps: number;
  readonly sampler: string;
  readonly guidanceScale: number;
  /** Decimal digits: 64-bit seeds do not fit a number. */
  readonly seed: string;
  readonly width: number;
  readonly height: number;
  readonly modelName: string;
  readonly modelHash: string;
}

const NEGATIVE = "Negative prompt: ";
const SETTING = /\s*([A-Za-z][\w /-]*):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)/g;

/**
 * The "parameters" text of the Stable Diffusion web UI: prompt, negative prompt, and one line of settings. The format
 * knows no escape for a prompt line that itself starts with "Negative prompt: ".
 */
export function formatA1111Parameters(parameters: A1111Parameters): string {
  const { prompt, negativePrompt, steps, sampler, guidanceScale, seed, width, height } = parameters;
  const settings: readonly (readonly [string, string])[] = [
    ["Steps", String(steps)],
    ["Sampler", sampler],
    ["CFG scale", String(guidanceScale)],
    ["Seed", seed],
    ["Size", `${width}x${height}`],
    ["Model hash", parameters.modelHash],
    ["Model", parameters.modelName],
  ];
  const negative = negativePrompt === "" ? "" : `\n${NEGATIVE}${negativePrompt}`;
  return `${prompt}${negative}\n${settings.map(([key, value]) => `${key}: ${quoted(value)}`).join(", ")}`;
}

/** Values that would break the list are written as JSON strings. */
function quoted(value: string): string {
  return /[,:"\n]|^\s|\s$/.test(value) ? JSON.stringify(value) : value;
}

/**
 * Parses such a text, also with settings this project does not write (they are ignored).
 * Throws INVALID_INPUT when a setting is missing or no number, naming it.
 */
export function parseA1111Parameters(text: string): A1111Parameters {
  const lines = text.split("\n");
  const settings = new Map<string, string>();
  for (const [, key, value] of (lines.pop() ?? "").matchAll(SETTING)) {
    if (key !== undefined && value !== undefined) settings.set(key, unquoted(value));
  }
  const setting = (key: string): string => {
    const value = settings.get(key);
    if (value === undefined)
      throw new MezzotintError("INVALID_INPUT", `A1111 parameters: no "${key}" in the last line`);
    return value;
  };
  const [, width, height] = /^(\d+)x(\d+)$/.exec(setting("Size")) ?? [];
  const negativeAt = lines.findLastIndex((line) => line.startsWith(NEGATIVE));
  const negativeLines = negativeAt === -1 ? [] : lines.slice(negativeAt);
  return {
    prompt: (negativeAt === -1 ? lines : lines.slice(0, negativeAt)).join("\n"),
    negativePrompt: negativeLines.join("\n").slice(NEGATIVE.length),
    steps: toNumber("Steps", setting("Steps")),
    sampler: setting("Sampler"),
    guidanceScale: toNumber("CFG scale", setting("CFG scale")),
    seed: setting("Seed"),
    width: toNumber("Size", width ?? setting("Size")),
    height: toNumber("Size", height ?? setting("Size")),
    modelName: settings.get("Model") ?? "",
    modelHash: settings.get("Model hash") ?? "",
  };
}

function toNumber(key: string, value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isFinite(number)) return number;
  throw new MezzotintError("INVALID_INPUT", `A1111 parameters: "${key}" is "${value}", expected a number`);
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value.trim();
  try {
    return String(JSON.parse(value));
  } catch {
    // Other programs quote without escaping as JSON does.
    return value.slice(1, value.endsWith('"') ? -1 : undefined);
  }
}
