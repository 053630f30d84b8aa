import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openZip } from "../containers/read-zip.ts";
import { zipOf } from "../testing/zip.ts";
import { readReferenceFile } from "./reference-file.ts";

const home = await mkdtemp(path.join(tmpdir(), "reference-"));
afterAll(() => rm(home, { recursive: true }));

function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`.padEnd(117) + "\n";
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  return Buffer.concat([head, Buffer.from(header), Buffer.from(Float64Array.from(values).buffer)]);
}

test.each([0, 8] as const)("mean and covariance as pytorch-fid saves them are read, compression %i", async (method) => {
  const file = path.join(home, `stats${method}.npz`);
  await writeFile(file, zipOf({ "mu.npy": npy([2], [1, 2]), "sigma.npy": npy([2, 2], [4, 1, 1, 9]) }, method));
  const { statistics, weights, source } = await readReferenceFile(file);
  expect(weights).toBeNull();
  expect(source).toBe(`stats${method}.npz`);
  expect([...statistics.mean]).toEqual([1, 2]);
  expect(Array.from(statistics.coMoment.data, (value) => value / (statistics.count - 1))).toEqual([4, 1, 1, 9]);
});

test("archives that are damaged, hold something else or too much are refused", async () => {
  const limits = { entryBytesMax: 1_000, entriesMax: 3 };
  const whole = zipOf({ a: new Uint8Array(900), b: new Uint8Array(1_001) }, 8);
  const archive = openZip(whole, limits);
  expect(archive.names).toEqual(["a", "b"]);
  expect(archive.read("a")).toHaveLength(900);
  expect(() => archive.read("b")).toThrow("b has 1001 bytes, at most 1000");
  expect(() => archive.read("c")).toThrow("c is not among 2 entries");
  expect(() => openZip(whole, { ...limits, entriesMax: 1 })).toThrow("2 entries, at most 1");
  expect(() => openZip(new Uint8Array(100), limits)).toThrow("no archive");
  for (let end = 0; end < whole.length; end += 7) expect(() => openZip(whole.subarray(0, end), limits)).toThrow();
  const file = path.join(home, "odd.npz");
  await writeFile(file, zipOf({ "mu.npy": npy([2], [1, 2]), "sigma.npy": npy([4], [4, 1, 1, 9]) }, 0));
  await expect(readReferenceFile(file)).rejects.toThrow("sigma is [4], not [2,2]");
});
