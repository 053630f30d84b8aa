import { readFile } from "node:fs/promises";
import { release } from "node:os";
import { ONNXRUNTIME_VERSION } from "../runtime-version.ts";
import type { Provider } from "./device.ts";

const MAPPED_LIBRARY = /\/lib(cudart|cudnn|nvinfer)\.so\.([\d.]+)$/gm;

/**
 * The version of the library behind a provider, in a process that has a session of it: of CUDA's libraries what is
 * mapped, such as "cudart 12.8.90, cudnn 9.7.1"; of CoreML and DirectML the operating system's; of the others, which are
 * part of the runtime, the runtime's.
 */
export async function readProviderVersion(provider: Provider): Promise<string> {
  switch (provider) {
    case "cuda":
    case "tensorrt":
      return (await readMappedLibraries()) ?? "unknown";
    case "coreml":
    case "dml":
      return `${process.platform} ${release()}`;
    case "cpu":
    case "webgpu":
      return `onnxruntime ${ONNXRUNTIME_VERSION}`;
  }
}

/** Linux alone says what is mapped. */
async function readMappedLibraries(): Promise<string | null> {
  const maps = await readFile("/proc/self/maps", "utf8").catch(() => "");
  const found = [...maps.matchAll(MAPPED_LIBRARY)].map(([, name, version]) => `${name} ${version}`);
  return found.length === 0 ? null : [...new Set(found)].join(", ");
}
