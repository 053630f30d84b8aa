import { MezzotintError } from "@mezzotint/contracts/errors";
import type { z } from "zod";

/** The parsed input, or INVALID_INPUT naming each field that is wrong. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new MezzotintError("INVALID_INPUT", sentences.join(" "), { cause: result.error });
}
