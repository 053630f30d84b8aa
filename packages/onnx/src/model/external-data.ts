import { realpathSync, statSync } from "node:fs";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { formatShape } from "../graph/dim.ts";
import { labelOfFile, openFileSource } from "./byte-source.ts";
import { bytesOfElements } from "./data-types.ts";
import { tensorsOf, type OnnxTensor } from "./onnx-model.ts";
import { readModel } from "./read-model.ts";

/** Where in which file the numbers of a weight are. */
export interface ExternalPlace {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The place of a weight that lies beside its network. Throws MODEL_UNAVAILABLE for a missing file, MODEL_CORRUPT for a
 * place outside of the network's folder (by path or by link), for no regular file, and for too few bytes.
 */
export function resolveExternalData(modelFile: string, tensor: OnnxTensor): ExternalPlace {
  const { name, dataType, shape, place } = tensor;
  const label = `model ${labelOfFile(modelFile)}: weight ${name} ${formatShape(shape)}`;
  const fail = (reason: string): MezzotintError => new MezzotintError("MODEL_CORRUPT", `${label} ${reason}`);
  if (place.kind !== "external") throw fail("does not lie outside of its network");
  const { location, offset, sizeBytes } = place;
  if (!staysInside(location))
    throw fail(`lies in ${JSON.stringify(location)}, which is outside of the network's folder`);
  const count = shape.reduce((product, size) => product * size, 1);
  const needed = bytesOfElements(dataType, count);
  if (needed === null) throw fail(`has type ${dataType}, which cannot lie outside of a network`);
  if (sizeBytes !== null && sizeBytes !== needed)
    throw fail(`needs ${needed} bytes, ${location} is said to have ${sizeBytes}`);
  const file = regularFileInside(modelFile, location, { fail, label });
  const { size } = statSync(file);
  if (Number.isSafeInteger(offset) && offset >= 0 && offset + needed <= size) {
    return { file, start: offset, end: offset + needed };
  }
  throw fail(`needs bytes ${offset} to ${offset + needed} of ${location}, which has ${size}`);
}

/**
 * The files beside a network that hold weights of it, as the network names them, each once; they need not be there.
 * Throws MODEL_UNAVAILABLE, or MODEL_CORRUPT for no network and for a name that leaves the network's folder.
 */
export function listExternalFiles(modelFile: string): readonly string[] {
  const source = openFileSource(modelFile);
  try {
    const names = new Set<string>();
    for (const { name, place } of tensorsOf(readModel(source))) {
      if (place.kind !== "external") continue;
      if (!staysInside(place.location)) {
        const reason = `weight ${name} lies in ${JSON.stringify(place.location)}, which is outside of the network's folder`;
        throw new MezzotintError("MODEL_CORRUPT", `model ${source.label}: ${reason}`);
      }
      names.add(path.posix.normalize(place.location));
    }
    return [...names];
  } finally {
    source.close();
  }
}

function staysInside(location: string): boolean {
  if (location === "" || location.includes("\0") || path.posix.isAbsolute(location) || path.win32.isAbsolute(location))
    return false;
  // Backslashes separate folders on Windows only; nowhere does an exporter write them.
  return !/^[a-z]:/i.test(location) && !location.split(/[/\\]/).includes("..");
}

interface Failing {
  readonly fail: (reason: string) => MezzotintError;
  readonly label: string;
}

function regularFileInside(modelFile: string, location: string, { fail, label }: Failing): string {
  const file = path.join(path.dirname(modelFile), location);
  let real: string;
  try {
    real = realpathSync(file);
  } catch (cause) {
    throw new MezzotintError("MODEL_UNAVAILABLE", `${label} lies in ${location}, which is missing`, { cause });
  }
  // The Hub's cache keeps a network and its weights as links into one folder, so the folder of the linked file counts too.
  const homes = [realpathSync(path.dirname(modelFile)), path.dirname(realpathSync(modelFile))];
  if (!homes.some((home) => real.startsWith(home + path.sep))) {
    throw fail(`lies in ${location}, a link to outside of the network's folder`);
  }
  if (!statSync(real).isFile()) throw fail(`lies in ${location}, which is no regular file`);
  return real;
}
