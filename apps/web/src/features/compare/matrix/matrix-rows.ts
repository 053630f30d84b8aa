import type { RunPicture } from "@mezzotint/services/run/pictures";

/** One prompt with one seed, and what each run made of it. */
export interface MatrixRow {
  readonly id: string;
  readonly prompt: string;
  readonly seed: string;
  readonly pictures: ReadonlyMap<string, RunPicture>;
}

/** Pictures of one prompt and seed side by side, in the order they come. */
export function matrixRows(pictures: readonly RunPicture[]): MatrixRow[] {
  const rows = new Map<string, { prompt: string; seed: string; pictures: Map<string, RunPicture> }>();
  for (const picture of pictures) {
    const { prompt, seed, runId } = picture;
    const id = JSON.stringify([prompt, seed]);
    const row = rows.get(id) ?? { prompt, seed, pictures: new Map<string, RunPicture>() };
    row.pictures.set(runId, picture);
    rows.set(id, row);
  }
  return [...rows].map(([id, row]) => ({ id, ...row }));
}

export const PROMPTS_AT_ONCE = 6;

/** The input of `run.pictures` for a page of the matrix. */
export function matrixInput(runIds: string[], promptFirst: number) {
  return { runIds, promptFirst, promptCount: PROMPTS_AT_ONCE };
}
