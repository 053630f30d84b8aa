import { z } from "zod";
import { type Language, LANGUAGES } from "../metadata.ts";
import { readPackageJson } from "./icon-set.ts";

const COMPONENT_GROUP = 2;
const LEFT_OUT_SUBGROUPS: ReadonlySet<string> = new Set(["country-flag", "subdivision-flag"]);

const emojiSchema = z.object({
  label: z.string(),
  hexcode: z.string(),
  tags: z.array(z.string()).default([]),
  group: z.number().optional(),
  subgroup: z.number().optional(),
});
const groupsSchema = z.object({
  groups: z.record(z.string(), z.string()),
  subgroups: z.record(z.string(), z.string()),
});

/** One thing that can be drawn, named in every language. */
export interface Concept {
  readonly hexcode: string;
  /** The untouched English label, which some icon names are made of. */
  readonly label: string;
  readonly group: string;
  readonly subgroup: string;
  readonly names: Readonly<Record<Language, string>>;
  readonly keywords: Readonly<Record<Language, string[]>>;
}

/** Every emoji of emojibase in Unicode order, without skin tones, components and country or region flags. */
export async function loadConcepts(): Promise<Concept[]> {
  const groups = groupsSchema.parse(await readPackageJson("emojibase-data/meta/groups.json"));
  const translations = new Map<Language, Map<string, z.infer<typeof emojiSchema>>>();
  for (const language of LANGUAGES) {
    const entries = z.array(emojiSchema).parse(await readPackageJson(`emojibase-data/${language}/data.json`));
    translations.set(language, new Map(entries.map((entry) => [entry.hexcode, entry])));
  }
  const concepts: Concept[] = [];
  for (const entry of translations.get("en")?.values() ?? []) {
    if (entry.group === undefined || entry.group === COMPONENT_GROUP) continue;
    const subgroup = groups.subgroups[String(entry.subgroup)] ?? "unknown";
    if (LEFT_OUT_SUBGROUPS.has(subgroup)) continue;
    const translated = (language: Language) => translations.get(language)?.get(entry.hexcode) ?? entry;
    concepts.push({
      hexcode: entry.hexcode,
      label: entry.label,
      group: groups.groups[String(entry.group)] ?? "unknown",
      subgroup,
      names: perLanguage((language) => spokenName(translated(language).label)),
      keywords: perLanguage((language) => translated(language).tags),
    });
  }
  return concepts;
}

function perLanguage<Value>(value: (language: Language) => Value): Record<Language, Value> {
  return Object.fromEntries(LANGUAGES.map((language) => [language, value(language)])) as Record<Language, Value>;
}

/** "A button (blood type)" -> "A button", "man: red hair" -> "man with red hair", "keycap: 1" -> "keycap 1". */
export function spokenName(label: string): string {
  const plain = label
    .replaceAll(/\s*[(（][^)）]*[)）]/g, "")
    .replaceAll("’", "'")
    .replaceAll(/[“”„«»"]/g, "")
    .trim();
  return plain
    .replace(/^(person|man|woman): (beard|(?:\w+ )?hair)$/, "$1 with $2")
    .replace(/^(person|man|woman): bald$/, "bald $1")
    .replace(/^(family|kiss|couple with heart): (.+)$/, "$1 of $2")
    .replaceAll(/\s*[:：]\s*/g, " ");
}
