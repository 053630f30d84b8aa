import { z } from "zod";

const Step = z.looseObject({ type: z.string() });
const Definition = z.looseObject({ normalizer: z.looseObject({ normalizers: z.array(Step).optional() }).nullish() });

/**
 * The definition with capital sigma written small before its lower case: Hugging Face's tokenizers lower letter by letter,
 * JavaScript looks at the word and ends it with a final sigma. No other letter's lower case depends on its neighbours
 * (Unicode, SpecialCasing.txt). A definition without a lower case, or that is none, comes back as it is.
 */
export function lowerLetterByLetter(definition: object): object {
  const { data } = Definition.safeParse(definition);
  const normalizer = data?.normalizer ?? null;
  if (normalizer === null) return definition;
  const steps = normalizer.normalizers ?? [normalizer];
  if (!steps.some(({ type }) => type === "Lowercase")) return definition;
  const sigma = { type: "Replace", pattern: { String: "\u03A3" }, content: "\u03C3" };
  const normalizers = steps.flatMap((step) => (step.type === "Lowercase" ? [sigma, step] : [step]));
  return { ...definition, normalizer: { type: "Sequence", normalizers } };
}
