import path from "node:path";
import { openSession } from "@mezzotint/onnx/session";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { PackPlan } from "../pack-plan.ts";
import { readPackTokenizer } from "../pack-tokenizer.ts";

/** The text encoder of a shipped pack, weights frozen. */
export interface TextTower {
  /** Rows f32[n, tokens, width] of n texts. */
  encode(texts: readonly string[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Opens the text encoder of a model folder. Throws MODEL_UNAVAILABLE or NOT_FOUND when the folder is not one of the pack. */
export async function openTextTower(folder: string, plan: PackPlan, threads: number): Promise<TextTower> {
  const tokenizer = await readPackTokenizer(folder, plan);
  const session = await openSession(path.join(folder, "text_encoder", "model.onnx"), { threads });
  const { tokens } = plan.text;
  return {
    encode: async (texts) => {
      const ids = new BigInt64Array(texts.length * tokens);
      for (const [row, text] of texts.entries()) tokenizer.encodeInto(ids, row * tokens, text);
      const outputs = await session.run({ input_ids: { dtype: "int64", shape: [texts.length, tokens], data: ids } });
      const rows = outputs["last_hidden_state"]?.data;
      if (rows instanceof Float32Array) return rows;
      throw new MezzotintError("MODEL_CORRUPT", `${folder}: the text encoder gives no float32 last_hidden_state`);
    },
    release: () => session.release(),
  };
}
