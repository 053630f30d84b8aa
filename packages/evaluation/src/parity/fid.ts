import path from "node:path";
import { z } from "zod";
import { gatherFolderFeatures } from "../extractors/gather-features.ts";
import { INCEPTION_PROTOCOLS } from "../extractors/inception-input.ts";
import { openInception } from "../extractors/inception.ts";
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
    try {
      const a = await gatherFolderFeatures(extractor, path.join(folder, folders[0]));
      const b = await gatherFolderFeatures(extractor, path.join(folder, folders[1]));
      return { expected: frechetDistanceOfFeatures(a.features, b.features) };
    } finally {
      await extractor.dispose();
    }
  },
};
