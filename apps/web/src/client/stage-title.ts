/** Folder names of stages such as "stage_1" as people say them. */
export function stageTitle(name: string): string {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
