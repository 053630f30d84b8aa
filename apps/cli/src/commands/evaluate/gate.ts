import { METRIC_IDS, type MetricId } from "@mezzotint/contracts/catalogue";
import { MezzotintError } from "@mezzotint/contracts/errors";

/** A bound that fails a build, for instance fid>12; or, against a baseline, fid>+1.0. */
export interface Gate {
  readonly text: string;
  readonly metric: MetricId;
  readonly fails: ">" | "<";
  readonly bound: number;
  /** Whether the bound is a difference to a baseline, which a sign says. */
  readonly relative: boolean;
}

const FORM = /^([a-z-]+)\s*([<>])\s*([+-]?)(\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;

/** Reads a bound. Throws INVALID_INPUT for another form or an unknown metric. */
export function parseGate(text: string): Gate {
  const [, name, fails, sign, number] = FORM.exec(text.trim()) ?? [];
  const metric = METRIC_IDS.find((id) => id === name);
  if (metric === undefined || (fails !== ">" && fails !== "<") || number === undefined) {
    const wanted = "a metric, > or <, and a number, for instance fid>12";
    throw new MezzotintError("INVALID_INPUT", `--fail-on: expected ${wanted}, got ${JSON.stringify(text)}`);
  }
  return { text, metric, fails, bound: Number(`${sign}${number}`), relative: sign !== "" };
}

/** Whether the bound is broken by a value (or by a difference, where it is relative). */
export function gateFails({ fails, bound }: Gate, value: number): boolean {
  return fails === ">" ? value > bound : value < bound;
}
