import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Graph } from "@mezzotint/onnx/graph";
import { reduceMean } from "@mezzotint/onnx/graph/ops/reduce";
import { openSession } from "@mezzotint/onnx/session";
import { writeModel } from "@mezzotint/onnx/write-model";
import { afterAll, expect, test } from "vitest";
import { createImageEncoder } from "./image-encoder.ts";

const scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-image-encoder-"));
const graph = new Graph("image_encoder");
const seen = graph.input("pixel_values", "float32", ["batch", 3, 4, 4]);
graph.output(reduceMean(seen, { axes: [2, 3] }), "image_embeds");
await writeFile(path.join(scratch, "model.onnx"), writeModel(graph));
const session = await openSession(path.join(scratch, "model.onnx"), { threads: 1 });
afterAll(async () => {
  await session.release();
  await rm(scratch, { recursive: true });
});

test("a picture is scaled to the tower's side, its middle cut out and its channels standardised", async () => {
  // Three squares side by side, of which the middle one counts: red 51, green 102, blue 255.
  const pixels = Uint8Array.from({ length: 24 * 8 * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % 24;
    return column >= 7 && column < 17 ? ([51, 102, 255][i % 3] ?? 0) : 0;
  });
  const { shape, data } = await createImageEncoder(session, "image_encoder").embed({ width: 24, height: 8, pixels });
  expect(shape).toEqual([1, 3]);
  const expected = [(0.2 - 0.48145466) / 0.26862954, (0.4 - 0.4578275) / 0.26130258, (1 - 0.40821073) / 0.27577711];
  for (const [i, value] of expected.entries()) expect(Math.abs((data[i] ?? Number.NaN) - value)).toBeLessThan(0.15);
});
