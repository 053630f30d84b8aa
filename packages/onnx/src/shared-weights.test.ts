import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { Graph } from "./graph/graph.ts";
import { linear } from "./graph/ops/matmul.ts";
import { openSession, type Session } from "./session.ts";
import { writeModelFiles } from "./write-model.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const WIDTH = 2048;
const LAYERS = 4;
const WEIGHT_BYTES = LAYERS * WIDTH * WIDTH * 4;

async function anonymousBytes(): Promise<number> {
  const text = await readFile("/proc/self/smaps_rollup", "utf8");
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1]) * 1024;
}

test.runIf(process.platform === "linux")(
  "weights outside of a network are mapped: a second session costs a fraction of them",
  async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "mezzotint-shared-"));
    const data = Float32Array.from({ length: WIDTH * WIDTH }, (_, i) => ((i % 97) - 48) / 1e3);
    const graph = new Graph();
    let x = graph.input("x", "float32", ["batch", WIDTH]);
    for (let layer = 0; layer < LAYERS; layer++) {
      x = linear(x, graph.initializer(`w${layer}`, { dtype: "float32", shape: [WIDTH, WIDTH], data }));
    }
    graph.output(x, "y");
    const file = path.join(folder, "model.onnx");
    writeModelFiles(graph, file);
    const feeds = { x: { dtype: "float32", shape: [1, WIDTH], data: new Float32Array(WIDTH).fill(0.5) } } as const;
    const costOf = async (prepacking?: boolean): Promise<number> => {
      const sessions: Session[] = [];
      const options = { threads: 1, ...(prepacking === undefined ? {} : { prepacking }) };
      const open = async () => {
        const session = await openSession(file, options);
        sessions.push(session);
        await session.run(feeds);
      };
      await open();
      const before = await anonymousBytes();
      await open();
      const cost = (await anonymousBytes()) - before;
      for (const session of sessions) await session.release();
      return cost;
    };
    try {
      expect(await costOf(true)).toBeGreaterThan(0.4 * WEIGHT_BYTES);
      expect(await costOf()).toBeLessThan(0.25 * WEIGHT_BYTES);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);
