import { MezzotintError } from "@mezzotint/contracts/errors";

/** Builds the INVALID_INPUT error that every graph operation throws; the message carries the numbers. */
export function invalidInput(message: string): MezzotintError {
  return new MezzotintError("INVALID_INPUT", message);
}
