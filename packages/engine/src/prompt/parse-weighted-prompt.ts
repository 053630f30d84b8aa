/** A part of a prompt with how strongly its words count; 1 is plain. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** What one pair of plain brackets multiplies by. */
const STEP = 1.1;
const WEIGHT_MAX = 10;

const TOKEN = /\\[()[\]\\]|:\s*(\d+(?:\.\d*)?|\.\d+)\s*\)|[()[\]]|[^()[\]\\:]+|[\\:]/gy;

/** Bracket that is still open: where its parts begin. */
interface Open {
  readonly bracket: "(" | "[";
  readonly from: number;
}

/**
 * A prompt with emphasis as parts with weights: `(words:1.3)` multiplies by 1.3 (at most 10), `(words)` by 1.1, `[words]`
 * divides by 1.1, nested brackets multiply, and a backslash before a bracket or backslash makes it a plain character. A
 * bracket that never closes counts to the end; one that never opened is a plain character. Never throws.
 */
export function parseWeightedPrompt(prompt: string): readonly WeightedText[] {
  const parts: WeightedText[] = [];
  const open: Open[] = [];
  for (const [token, number] of prompt.matchAll(TOKEN)) {
    const innermost = open.at(-1);
    if (number !== undefined && innermost?.bracket === "(") {
      multiply(parts, innermost.from, Math.min(Number(number), WEIGHT_MAX));
      open.pop();
    } else if (token === "(" || token === "[") {
      open.push({ bracket: token, from: parts.length });
    } else if (closes(token, innermost)) {
      multiply(parts, innermost.from, token === ")" ? STEP : 1 / STEP);
      open.pop();
    } else {
      const escaped = token.length === 2 && token.startsWith("\\");
      parts.push({ text: escaped ? token.slice(1) : token, weight: 1 });
    }
  }
  for (const { bracket, from } of open) multiply(parts, from, bracket === "(" ? STEP : 1 / STEP);
  return merged(parts);
}

function closes(token: string, innermost: Open | undefined): innermost is Open {
  return (token === ")" && innermost?.bracket === "(") || (token === "]" && innermost?.bracket === "[");
}

function multiply(parts: WeightedText[], from: number, factor: number): void {
  for (let i = from; i < parts.length; i++) {
    const { text, weight } = parts[i] as WeightedText;
    parts[i] = { text, weight: weight * factor };
  }
}

/** Neighbours of one weight as one part, so that words are not cut where an escape stood. */
function merged(parts: readonly WeightedText[]): readonly WeightedText[] {
  const joined: WeightedText[] = [];
  for (const { text, weight } of parts) {
    const last = joined.at(-1);
    if (last?.weight === weight) joined[joined.length - 1] = { text: last.text + text, weight };
    else joined.push({ text, weight });
  }
  return joined;
}
