import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";

const Secrets = z.object({ betterAuthSecret: z.string().min(32) });

export type Secrets = z.infer<typeof Secrets>;

/** The installation's secrets, made on the first start; only its owner can read the file. */
export async function readOrCreateSecrets(dataFolder: string): Promise<Secrets> {
  const file = path.join(dataFolder, "secrets.json");
  await mkdir(dataFolder, { recursive: true });
  const unfinished = `${file}.${randomBytes(6).toString("hex")}`;
  const fresh: Secrets = { betterAuthSecret: randomBytes(32).toString("base64url") };
  const existing = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (existing === null) {
    await writeFile(unfinished, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 });
    // A link fails where a file already is: of two first starts, one decides.
    await link(unfinished, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    await rm(unfinished);
    return readOrCreateSecrets(dataFolder);
  }
  return parseSecrets(file, existing);
}

function parseSecrets(file: string, text: string): Secrets {
  try {
    return Secrets.parse(JSON.parse(text));
  } catch (error) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `${file} does not hold a betterAuthSecret of at least 32 characters. Remove the file to get new secrets; everybody then signs in again.`,
      { cause: error },
    );
  }
}
