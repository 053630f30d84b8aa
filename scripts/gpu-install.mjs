// `npm run gpu:install`: fetches ONNX Runtime's CUDA libraries, which a plain installation leaves out. Linux x64 only;
// needs the network, CUDA 12 and cuDNN 9 on the machine. Run it again after each `npm ci`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./install.mjs";

const packageFolder = path.join(root, "node_modules/onnxruntime-node");
const installer = path.join(packageFolder, "script/install.js");

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

if (process.platform !== "linux" || process.arch !== "x64") {
  fail(`ONNX Runtime's CUDA libraries exist for linux-x64; this is ${process.platform}-${process.arch}.`);
}
if (!existsSync(installer)) fail("onnxruntime-node is not installed. Run: npm ci");

// The environment wins over the "skip" in .npmrc.
const result = spawnSync(process.execPath, [installer], {
  cwd: packageFolder,
  stdio: "inherit",
  env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: process.env.ONNXRUNTIME_NODE_INSTALL ?? "cuda12" },
});
if (result.status !== 0) {
  fail(`ONNX Runtime's installer ended with ${result.status ?? result.signal}. Without it everything runs on the CPU.`);
}
const libraries = readdirSync(path.join(packageFolder, "bin/napi-v6/linux/x64"));
if (!libraries.some((file) => file.includes("providers_cuda"))) fail("The installer left no CUDA library behind.");
console.log("CUDA libraries are installed. Choose the provider with: mezzotint generate … --provider cuda");
