import { ERROR_CODES, MezzotintError } from "@mezzotint/contracts/errors";
import { SOURCE_BYTES_MAX, SOURCE_KINDS, type SourceKind, type SourceView } from "@mezzotint/contracts/source";
import { z } from "zod";

const Kept = z.object({
  id: z.string(),
  kind: z.enum(SOURCE_KINDS),
  width: z.number(),
  height: z.number(),
  url: z.string(),
});
const Refusal = z.object({ code: z.enum(ERROR_CODES), message: z.string() });

export const SOURCE_TYPES = "image/png,image/jpeg,image/webp";

/** Sends a file to the studio. Throws the server's own words, or that it could not be reached. */
export async function uploadSource(kind: SourceKind, file: Blob): Promise<SourceView> {
  if (file.size > SOURCE_BYTES_MAX) {
    const sizeMb = (file.size / 1024 / 1024).toFixed(1);
    throw new MezzotintError(
      "LIMIT_EXCEEDED",
      `A file has at most ${SOURCE_BYTES_MAX / 1024 / 1024} MB; this has ${sizeMb}.`,
    );
  }
  const response = await fetch(`/api/sources?kind=${kind}`, { method: "POST", body: file }).catch((cause: unknown) => {
    const message = "The server could not be reached. Check the connection and try again.";
    throw new MezzotintError("STORAGE_UNAVAILABLE", message, { cause });
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return Kept.parse(answer);
  const refusal = Refusal.safeParse(answer);
  if (refusal.success) throw new MezzotintError(refusal.data.code, refusal.data.message);
  throw new MezzotintError("INTERNAL", `The server answered ${response.status}; try again.`);
}
