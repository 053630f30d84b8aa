import { z } from "zod";
import { openTokenizer } from "../tokenizer/open-tokenizer.ts";
import type { ParityKind } from "./parity-kind.ts";

const Content = z.object({
  tokenizer: z.string(),
  texts: z.array(z.string()).min(1),
  maxLength: z.int().min(1),
  padding: z.literal("max_length").default("max_length"),
  truncation: z.literal(true).default(true),
});

/** Token ids of texts, truncated and padded to one length. */
export const tokenize: ParityKind = {
  run: async ({ content, tokenizerFolder }) => {
    const { tokenizer: name, texts, maxLength } = Content.parse(content);
    const tokenizer = await openTokenizer(await tokenizerFolder(name));
    const data = texts.flatMap((text) => tokenizer.encode(text, maxLength).ids);
    return { arrays: { ids: { shape: [texts.length, maxLength], data } } };
  },
};
