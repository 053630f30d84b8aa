import { MezzotintError } from "@mezzotint/contracts/errors";
import type { z } from "zod";

/** In JSON: an escaped NUL or half of a surrogate pair, which Postgres holds in neither text nor jsonb. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/;

/** The parsed input, or INVALID_INPUT naming each field that is wrong. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return storable(result.data);
  const sentences = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new MezzotintError("INVALID_INPUT", sentences.join(" "), { cause: result.error });
}

function storable<Value>(value: Value): Value {
  if (!UNSTORABLE.test(JSON.stringify(value))) return value;
  throw new MezzotintError(
    "INVALID_INPUT",
    "The text holds a character that cannot be stored (NUL or half a character).",
  );
}
