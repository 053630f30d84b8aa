import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describeModel } from "@mezzotint/engine/describe-model";
import { externalDataModel } from "@mezzotint/engine/testing/external-data-model";
import { writeTinyModel } from "@mezzotint/engine/testing/tiny-model";
import { verifyModelFolder } from "@mezzotint/engine/verify-model-folder";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { neededFiles } from "./needed-files.ts";
import { progressLine } from "./progress-line.ts";
import { pullFromHub } from "./pull-from-hub.ts";
import type { PullOrder, PullProgress } from "./pull-source.ts";
import { startHubServer, type HubFile, type HubServer } from "./testing/hub-server.ts";

// Sessions take seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const ID = "someone/tiny-pack";
let scratch = "";
let files: Record<string, HubFile> = {};
let server: HubServer;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), "mezzotint-pull-"));
  const source = path.join(scratch, "source");
  await writeTinyModel(source);
  await rm(path.join(source, "checksums.json"));
  for (const name of await readdir(source, { recursive: true })) {
    const file = path.join(source, name);
    if ((await stat(file)).isFile()) files[name] = { bytes: await readFile(file), large: name.endsWith(".onnx") };
  }
  const unused = { bytes: new Uint8Array(50_000) };
  const kept = { "LICENSE.md": { bytes: Buffer.from("Apache") }, "tokenizer/empty.txt": { bytes: new Uint8Array(0) } };
  const others = [
    "transformer/model.safetensors",
    "transformer/model_fp16.onnx",
    "safety_checker/model.onnx",
    "sample.png",
    ".gitattributes",
  ];
  files = { ...files, ...kept, ...Object.fromEntries(others.map((name) => [name, unused])) };
});
afterAll(() => rm(scratch, { recursive: true }));
beforeEach(async () => {
  server = await startHubServer(ID, files);
  vi.stubEnv("HF_ENDPOINT", server.url);
  vi.stubEnv("HF_TOKEN", "");
});
afterEach(() => server.close());

let made = 0;
function order(changes: Partial<PullOrder> = {}): PullOrder & { readonly seen: PullProgress[] } {
  const seen: PullProgress[] = [];
  const report = (progress: PullProgress): void => void seen.push(progress);
  return {
    id: ID,
    folder: path.join(scratch, `pulled-${made++}`),
    revision: undefined,
    variant: undefined,
    report,
    seen,
    ...changes,
  };
}

const exists = async (file: string): Promise<boolean> => (await stat(file).catch(() => null)) !== null;
const hiddenOf = (folder: string): string => path.join(path.dirname(folder), `.${path.basename(folder)}.pull`);

test("a repository becomes a model folder with the files a model needs, checksums and its origin", async () => {
  const pulled = order();
  await pullFromHub(pulled);
  const { info, networks, listed } = await verifyModelFolder(pulled.folder);
  expect([info?.title, networks, listed]).toEqual(["Tiny", 4, true]);
  expect(info?.hash).toBe((await describeModel(path.join(scratch, "source"))).hash);
  for (const unused of [
    "transformer/model.safetensors",
    "transformer/model_fp16.onnx",
    "safety_checker",
    "sample.png",
  ]) {
    expect(await exists(path.join(pulled.folder, unused))).toBe(false);
  }
  expect(await readFile(path.join(pulled.folder, "LICENSE.md"), "utf8")).toBe("Apache");
  const origin = JSON.parse(await readFile(path.join(pulled.folder, ".origin.json"), "utf8"));
  expect(origin).toEqual({ id: ID, revision: null, commit: server.commit });
  const sizes = new Map(pulled.seen.map(({ file, doneBytes }) => [file, doneBytes]));
  expect(sizes.get("transformer/model.onnx")).toBe(files["transformer/model.onnx"]?.bytes.length);
  expect(await exists(hiddenOf(pulled.folder))).toBe(false);
});

test("a file whose line breaks goes on from there, within a pull and from one pull to the next", async () => {
  const network = "transformer/model.onnx";
  const size = files[network]?.bytes.length ?? 0;
  const rangesOf = () =>
    server.requests.filter((r) => r.path === network && r.range !== "bytes=0-0").map((r) => r.range);
  server.breaks.set(network, 500);
  await pullFromHub(order());
  expect(rangesOf()).toEqual([undefined, `bytes=500-${size - 1}`]);

  // The line breaks more often than a pull tries again.
  server.requests.length = 0;
  const broken = order({
    report: ({ file, doneBytes }) => {
      if (file === network && doneBytes < size) server.breaks.set(network, 100);
    },
  });
  await expect(pullFromHub(broken)).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringMatching(new RegExp(`kept; pull again.*fill the folder ${broken.folder} by hand`)),
  });
  expect(await exists(broken.folder)).toBe(false);
  expect(rangesOf()).toHaveLength(4);
  server.requests.length = 0;
  server.breaks.clear();
  await pullFromHub({ ...broken, report: () => undefined });
  expect(rangesOf()).toEqual([`bytes=400-${size - 1}`]);
  expect(server.requests.filter(({ path: file }) => file === "model_index.json")).toEqual([]);
  expect((await verifyModelFolder(broken.folder)).networks).toBe(4);
});

test("bytes that are not the listed ones are thrown away, whatever their checksum is called", async () => {
  for (const [file, algorithm] of [
    ["vae_decoder/model.onnx", "sha256"],
    ["model_index.json", "git-blob"],
  ] as const) {
    const wrong = Uint8Array.from(files[file]?.bytes ?? []);
    wrong[10] = (wrong[10] ?? 0) ^ 1;
    server.swapped.set(file, wrong);
    const pulled = order();
    await expect(pullFromHub(pulled)).rejects.toMatchObject({
      code: "MODEL_CORRUPT",
      message: expect.stringContaining(`${file}: expected ${algorithm} `),
    });
    expect([await exists(pulled.folder), await exists(path.join(hiddenOf(pulled.folder), `${file}.part`))]).toEqual([
      false,
      false,
    ]);
    server.swapped.clear();
    await pullFromHub(pulled);
    expect(await exists(pulled.folder)).toBe(true);
  }
});

test("what is not there, not for everybody or not reachable says what to do", async () => {
  await expect(pullFromHub(order({ id: "someone/nothing" }))).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(pullFromHub(order({ revision: "v2" }))).rejects.toMatchObject({ code: "NOT_FOUND" });
  server.token = "hf_secret";
  await expect(pullFromHub(order())).rejects.toMatchObject({
    code: "UNAUTHENTICATED",
    message: expect.stringContaining("HF_TOKEN"),
  });
  vi.stubEnv("HF_TOKEN", "secret");
  await expect(pullFromHub(order())).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.not.stringContaining("secret"),
  });
  vi.stubEnv("HF_TOKEN", "hf_secret");
  await pullFromHub(order());
  await server.close();
  const offline = order();
  await expect(pullFromHub(offline)).rejects.toMatchObject({
    code: "MODEL_UNAVAILABLE",
    message: expect.stringContaining(`fill the folder ${offline.folder} by hand`),
  });
});

test("weights beside a network are fetched by the names it gives, and only inside its folder", async () => {
  const weights = { bytes: new Uint8Array(Float32Array.of(0.5).buffer), large: true };
  const network = (location: string) => ({ bytes: externalDataModel(location), large: true });
  const pull = async (content: Record<string, HubFile>): Promise<string> => {
    const other = await startHubServer(ID, content);
    vi.stubEnv("HF_ENDPOINT", other.url);
    const pulled = order();
    await pullFromHub(pulled).finally(() => other.close());
    return pulled.folder;
  };
  const folder = await pull({
    "unet/model.onnx": network("weights.pb"),
    "unet/weights.pb": weights,
    "unet/other.pb": weights,
  });
  expect((await readdir(path.join(folder, "unet"))).toSorted()).toEqual(["model.onnx", "weights.pb"]);
  await expect(pull({ "unet/model.onnx": network("weights.pb") })).rejects.toThrow("lacks the weights unet/weights.pb");
  await expect(pull({ "unet/model.onnx": network("../../x") })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  await expect(pull({ "../evil.json": weights })).rejects.toMatchObject({ code: "MODEL_CORRUPT" });
  await expect(pull({ "unet/model.safetensors": weights })).rejects.toMatchObject({ code: "UNSUPPORTED" });
});

test("one network a folder: the plain one, a variant, or the two towers of CLIP", () => {
  const listing = (...names: string[]) =>
    names.map((name) => ({ path: name, sizeBytes: 1, checksum: { algorithm: "sha256", hex: "" } as const }));
  const chosen = (variant: string | undefined, ...names: string[]) =>
    neededFiles(listing(...names), variant).networks.map((file) => file.path);
  expect(chosen(undefined, "unet/model.onnx", "unet/model_fp16.onnx", "vae/only.onnx")).toEqual([
    "unet/model.onnx",
    "vae/only.onnx",
  ]);
  expect(chosen("fp16", "unet/model.onnx", "unet/model_fp16.onnx")).toEqual(["unet/model_fp16.onnx"]);
  expect(chosen(undefined, "onnx/model.onnx", "onnx/text_model.onnx", "onnx/vision_model.onnx")).toEqual([
    "onnx/text_model.onnx",
    "onnx/vision_model.onnx",
  ]);
  expect(() => chosen("int8", "unet/model.onnx", "unet/model_fp16.onnx")).toThrow("expected model_int8.onnx");
  const { plain } = neededFiles(
    listing("unet/model.onnx", "a.safetensors.index.json", "unet/x.index.json", "unet/config.json"),
  );
  expect(plain.map((file) => file.path)).toEqual(["unet/config.json"]);
});

test("progress is one line that rewrites itself, or a line a file where nobody looks", () => {
  const lines: string[] = [];
  const write = (text: string): unknown => lines.push(text);
  let now = 0;
  const report = progressLine({ isTTY: true, write }, () => now);
  for (const doneBytes of [0, 1e6, 2e6, 4e6]) {
    report({ file: "a", doneBytes, totalBytes: 4e6 });
    now += 60;
  }
  expect(lines).toEqual([
    "\r\u001b[Ka  0 % of 4.0 MB, 0 kB/s",
    "\r\u001b[Ka  50 % of 4.0 MB, 16.7 MB/s",
    "\r\u001b[Ka  4.0 MB\n",
  ]);
  lines.length = 0;
  const plain = progressLine({ write }, () => now);
  for (const doneBytes of [0, 1, 2000]) plain({ file: "b", doneBytes, totalBytes: 2000 });
  expect(lines).toEqual(["b  2 kB\n"]);
});
