import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { z } from "zod";
import { gatherFolderFeatures } from "../extractors/gather-features.ts";
import { INCEPTION_PROTOCOLS } from "../extractors/inception-input.ts";
import { openInception } from "../extractors/inception.ts";
import { startPreparationPool } from "../extractors/preparation-pool.ts";
import { frechetDistanceOfFeatures } from "../metrics/frechet.ts";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({
  pipeline: z.string(),
  protocol: z.enum(INCEPTION_PROTOCOLS),
  folders: z.tuple([z.string(), z.string()]),
});

/** FID from two folders of pictures, through an extractor. */
export const fid: ParityKind = {
  run: async ({ content, folder, pipelineFolder }) => {
    const { pipeline, protocol, folders } = Content.parse(content);
    const extractor = await openInception(await pipelineFolder(pipeline), { protocol });
    const pool = startPreparationPool();
    try {
      const targets = [{ extractor, outputs: [extractor.features] }];
      const gather = async (name: string) => {
        const { outputs, unreadable } = await gatherFolderFeatures(path.join(folder, name), { targets, pool });
        const [first] = unreadable;
        if (first !== undefined) throw new MezzotintError("INVALID_INPUT", `${name}: ${first.reason}`);
        const features = outputs[0]?.[0];
        if (features === undefined) throw new MezzotintError("INTERNAL", `${name}: no features were gathered`);
        return features;
      };
      return { expected: frechetDistanceOfFeatures(await gather(folders[0]), await gather(folders[1])) };
    } finally {
      await pool.close();
      await extractor.dispose();
    }
  },
};
