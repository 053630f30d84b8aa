import { canonicalJson, sha256Hex } from "@mezzotint/contracts/json";
import { BUNDLED_PROMPT_SETS, type PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import type { Transaction } from "@mezzotint/db/transaction";

const ID_LENGTH = 21;

export function hashPrompts(prompts: readonly PromptSetPrompt[]): Promise<string> {
  return sha256Hex(canonicalJson(prompts));
}

/** Writes the sets that come with the product where they are not there yet; the same content has the same id anywhere. */
export async function ensureBundledPromptSets(tx: Transaction): Promise<void> {
  const rows = await Promise.all(
    BUNDLED_PROMPT_SETS.map(async ({ name, title, version, licence, description, prompts }) => {
      const hash = await hashPrompts(prompts);
      const id = `prs_${(await sha256Hex(`${name} ${version} ${hash}`)).slice(0, ID_LENGTH)}`;
      return { id, name, title, version, licence, description, hash, prompts, promptCount: prompts.length };
    }),
  );
  const known = await tx.promptSet.count({ where: { id: { in: rows.map(({ id }) => id) } } });
  if (known < rows.length) await tx.promptSet.createMany({ data: rows, skipDuplicates: true });
}
