import { MezzotintError } from "@mezzotint/contracts/errors";

const NUMBERS = ["guidanceScale", "guidanceRescale", "eta", "priorGuidanceScale"] as const;

/** Throws INVALID_INPUT naming the first of the usual settings that is there and no finite number. */
export function refuseNonFinite(settings: Partial<Record<(typeof NUMBERS)[number], number>>): void {
  for (const name of NUMBERS) {
    const value = settings[name];
    if (value === undefined || Number.isFinite(value)) continue;
    throw new MezzotintError("INVALID_INPUT", `${name}: expected a finite number, got ${value}`);
  }
}
