import { downloadFile, listFiles, modelInfo } from "@huggingface/hub";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import type { RepositoryFile } from "./needed-files.ts";

const Variables = z.object({
  HF_TOKEN: z.string().optional(),
  HF_ENDPOINT: z.url({ protocol: /^https?$/ }).default("https://huggingface.co"),
});

/** A repository of the Hub at one commit. */
export interface HubRepository {
  readonly hubUrl: string;
  readonly commit: string;
  list(): Promise<RepositoryFile[]>;
  /** The bytes of a file from an offset on. */
  open(file: RepositoryFile, offset: number): Promise<ReadableStream<Uint8Array>>;
}

/** Where the Hub is and who asks, from HF_ENDPOINT and HF_TOKEN. Throws INVALID_INPUT. */
export function hubSettings(variables: Readonly<Record<string, string | undefined>>): {
  readonly hubUrl: string;
  readonly accessToken?: string;
} {
  const parsed = Variables.safeParse(variables);
  if (!parsed.success) throw new MezzotintError("INVALID_INPUT", `HF_ENDPOINT: ${z.prettifyError(parsed.error)}`);
  const { HF_TOKEN: token = "", HF_ENDPOINT: hubUrl } = parsed.data;
  if (token === "") return { hubUrl: hubUrl.replace(/\/$/, "") };
  // The library says no more than this, but with the token in sight.
  if (!token.startsWith("hf_"))
    throw new MezzotintError("INVALID_INPUT", "HF_TOKEN: expected a token that starts with hf_");
  return { hubUrl: hubUrl.replace(/\/$/, ""), accessToken: token };
}

/** Finds the commit that a revision is now, so that all files come from one. Throws what the library throws. */
export async function openHubRepository(
  id: string,
  revision: string | undefined,
  settings: ReturnType<typeof hubSettings>,
): Promise<HubRepository> {
  const { sha } = await modelInfo({
    name: id,
    additionalFields: ["sha"],
    ...(revision === undefined ? {} : { revision }),
    ...settings,
  });
  const at = { repo: { type: "model", name: id }, revision: sha, ...settings } as const;
  return {
    hubUrl: settings.hubUrl,
    commit: sha,
    async list() {
      const files: RepositoryFile[] = [];
      for await (const { type, path, size, oid, lfs } of listFiles({ ...at, recursive: true })) {
        if (type !== "file") continue;
        const checksum =
          lfs === undefined
            ? ({ algorithm: "git-blob", hex: oid ?? "" } as const)
            : ({ algorithm: "sha256", hex: lfs.oid } as const);
        files.push({ path, sizeBytes: lfs?.size ?? size, checksum });
      }
      return files;
    },
    async open({ path, sizeBytes }, offset) {
      // Plain requests of ranges, which can go on from any byte.
      const blob = await downloadFile({ ...at, path, xet: false });
      if (blob === null) throw new MezzotintError("NOT_FOUND", `${id} has no file ${path} at ${sha}`);
      if (blob.size !== sizeBytes) {
        throw new MezzotintError("MODEL_CORRUPT", `${path}: listed with ${sizeBytes} bytes, served with ${blob.size}`);
      }
      return blob.slice(offset, sizeBytes).stream();
    },
  };
}
