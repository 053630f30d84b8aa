/** The runs an address names, each once and in order. */
export function parseRunIds(text: string | null | undefined): string[] {
  return [...new Set((text ?? "").split(",").filter((id) => /^run_\w+$/.test(id)))].slice(0, 50);
}
