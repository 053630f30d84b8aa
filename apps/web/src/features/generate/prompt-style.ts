/** Style words are parts of the prompt between commas, so that people see and may edit what they do. */
function partsOf(prompt: string): string[] {
  return prompt
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function hasStyle(prompt: string, words: string): boolean {
  const wanted = partsOf(words);
  const parts = partsOf(prompt);
  return wanted.length > 0 && wanted.every((word) => parts.some((part) => isSame(part, word)));
}

/** Adds the words at the end, or takes them out again. */
export function toggleStyle(prompt: string, words: string): string {
  const wanted = partsOf(words);
  const parts = partsOf(prompt);
  const others = parts.filter((part) => !wanted.some((word) => isSame(part, word)));
  return (hasStyle(prompt, words) ? others : [...others, ...wanted]).join(", ");
}
