import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readNewestCheckpoint } from "./checkpoint.ts";

/** Saves checkpoints without end whose every weight is the step, printing a line as each one begins. */
const saver = (folder: string) => `
  import { createParameterArena } from ${JSON.stringify(new URL("../optimizer/parameter-arena.ts", import.meta.url))};
  import { saveCheckpoint } from ${JSON.stringify(new URL("./checkpoint.ts", import.meta.url))};
  const shape = [1_000_000];
  const declaration = { name: "weight", shape, init: { kind: "zeros" }, decay: true, learningRateScale: 1 };
  const arena = createParameterArena([declaration], { seed: 1 });
  const state = { recipeId: "toy", recipeHash: "one", optimizerSteps: 0, elapsedSeconds: 0, samples: 0,
    smoothedLoss: null, skippedSteps: 0, skippedInARow: 0 };
  for (let step = 1; ; step++) {
    for (const section of ["parameters", "ema"]) arena.view(section, "weight").fill(step);
    process.stdout.write(step + "\\n");
    await saveCheckpoint(${JSON.stringify(folder)}, arena, { ...state, step });
  }
`;

test("a process killed while it saves leaves a whole checkpoint behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mezzotint-kill-"));
  try {
    for (const begunBeforeTheKill of [2, 3, 5]) {
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", saver(folder)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const exited = once(child, "exit");
      let begun = 0;
      for await (const chunk of child.stdout) {
        begun += String(chunk).split("\n").length - 1;
        if (begun >= begunBeforeTheKill) break;
      }
      child.kill("SIGKILL");
      await exited;
      const newest = await readNewestCheckpoint(folder);
      const step = newest?.checkpoint.state.step ?? 0;
      expect(step).toBeGreaterThanOrEqual(begun - 1);
      expect(newest?.notices).toEqual([]);
      const values = newest?.checkpoint.values("ema", "weight");
      expect([values?.length, values?.[0], values?.at(-1)]).toEqual([1_000_000, step, step]);
      await rm(folder, { recursive: true });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
