import { MezzotintError } from "@mezzotint/contracts/errors";
import { PROMPTS_MAX, PromptSetPrompt } from "@mezzotint/contracts/prompt-set";
import { CsvError, parse } from "csv-parse/sync";

type Row = Readonly<Record<string, unknown>>;

/** Names of the column that holds the prompt: ours, PartiPrompts' and DrawBench's among them. */
const TEXT_COLUMNS = ["prompt", "prompts", "text", "caption"];

export interface ParsedPrompts {
  readonly prompts: readonly PromptSetPrompt[];
  /** Prompts left out because their text came before. */
  readonly repeated: number;
}

/**
 * Prompts from plain text (one a line), from CSV or TSV with a header (PartiPrompts, DrawBench), or from JSON lines
 * (GenEval). Throws INVALID_INPUT with the line that cannot be read.
 */
export function parsePrompts(text: string): ParsedPrompts {
  const content = text.replace(/^\uFEFF/, "").replaceAll(/\r\n?/g, "\n");
  const prompts = new Map<string, PromptSetPrompt>();
  let found = 0;
  for (const { line, row } of readRows(content)) {
    found++;
    const prompt = promptOf(row, line);
    if (!prompts.has(prompt.text)) prompts.set(prompt.text, prompt);
    if (prompts.size > PROMPTS_MAX) {
      throw new MezzotintError("INVALID_INPUT", `A prompt set has at most ${PROMPTS_MAX} prompts; this has more.`);
    }
  }
  if (prompts.size === 0) throw new MezzotintError("INVALID_INPUT", "There is no prompt in this text.");
  return { prompts: [...prompts.values()], repeated: found - prompts.size };
}

interface NumberedRow {
  readonly line: number;
  readonly row: Row;
}

function readRows(content: string): readonly NumberedRow[] {
  const first = content.trimStart();
  if (first.startsWith("{")) return readJsonLines(content);
  const header = first.slice(0, first.indexOf("\n") === -1 ? undefined : first.indexOf("\n"));
  const delimiter = header.includes("\t") ? "\t" : ",";
  const names = header.split(delimiter).map(columnName);
  if (names.some((name) => TEXT_COLUMNS.includes(name))) return readTable(content, delimiter);
  return content.split("\n").flatMap((line, index) => {
    const words = line.trim();
    return words === "" ? [] : [{ line: index + 1, row: { prompt: words } }];
  });
}

function columnName(name: string): string {
  return name.trim().replaceAll(/^"|"$/g, "").toLowerCase();
}

function readTable(content: string, delimiter: string): readonly NumberedRow[] {
  try {
    const records: unknown[] = parse(content, {
      delimiter,
      columns: (names: readonly string[]) => names.map(columnName),
      skip_empty_lines: true,
      relax_column_count: true,
      // PartiPrompts' file has bare quotes inside of its tab-separated fields.
      relax_quotes: true,
      ...(delimiter === "\t" ? { quote: null } : {}),
      info: true,
    });
    return records.flatMap((record) => {
      const { record: row, info } = record as { record: Row; info: { lines: number } };
      return [{ line: info.lines, row }];
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new MezzotintError("INVALID_INPUT", `The table cannot be read: ${cause.message}.`, { cause });
  }
}

function readJsonLines(content: string): readonly NumberedRow[] {
  return content.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      const row: unknown = JSON.parse(line);
      if (typeof row === "object" && row !== null && !Array.isArray(row)) return [{ line: index + 1, row: row as Row }];
    } catch (cause) {
      throw new MezzotintError("INVALID_INPUT", `Line ${index + 1} is no JSON.`, { cause });
    }
    throw new MezzotintError("INVALID_INPUT", `Line ${index + 1} is no JSON object.`);
  });
}

function promptOf(row: Row, line: number): PromptSetPrompt {
  const lower = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
  const words = (...names: readonly string[]): string | undefined => {
    const value = names.map((name) => lower.get(name)).find((one) => typeof one === "string" && one.trim() !== "");
    return typeof value === "string" ? value.trim() : undefined;
  };
  const text = words(...TEXT_COLUMNS);
  if (text === undefined) {
    throw new MezzotintError("INVALID_INPUT", `Line ${line} has no prompt; it needs a field prompt or text.`);
  }
  const [only, ...others] = objectsOf(lower.get("include"));
  const wanted = others.length === 0 ? only : undefined;
  const fields = {
    language: words("language", "lang"),
    concept: words("concept") ?? wanted?.name,
    group: words("group"),
    style: words("style"),
    colour: words("colour", "color") ?? wanted?.colour,
    // PartiPrompts and DrawBench say Category, GenEval says tag.
    category: words("category", "tag"),
    challenge: words("challenge"),
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  const parsed = PromptSetPrompt.safeParse({ text, ...given, unseen: lower.get("unseen") === true });
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join(" ");
  throw new MezzotintError("INVALID_INPUT", `Line ${line}: ${reason}`);
}

/** The objects a GenEval prompt asks for. */
function objectsOf(include: unknown): readonly { readonly name: string; readonly colour: string | undefined }[] {
  if (!Array.isArray(include)) return [];
  return include.flatMap((entry: unknown) => {
    if (typeof entry !== "object" || entry === null || !("class" in entry) || typeof entry.class !== "string")
      return [];
    const colour = "color" in entry && typeof entry.color === "string" ? entry.color : undefined;
    return [{ name: entry.class, colour }];
  });
}
