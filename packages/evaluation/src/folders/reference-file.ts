import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix } from "@mezzotint/numeric/linalg/matrix";
import { readNpy, type NpyArray } from "@mezzotint/numeric/npy";
import { openZip } from "../containers/read-zip.ts";
import { statisticsFromCovariance } from "../metrics/feature-statistics.ts";
import { decodeStatistics, type ReferenceStatistics } from "../metrics/statistics-file.ts";

const LIMITS = { entryBytesMax: 1 << 30, entriesMax: 1_000 };

/** Statistics read from a file, with what they are comparable to; null where the file does not say. */
export interface ReadStatistics extends Pick<ReferenceStatistics, "statistics" | "source"> {
  readonly weights: string | null;
  readonly preprocessing: string | null;
  readonly reference: string;
}

/**
 * Reads reference statistics: our own file, or a .npz with `mu` and `sigma` as pytorch-fid and ADM publish them, which
 * do not say by which weights or of how many pictures. Throws NOT_FOUND, INVALID_INPUT or LIMIT_EXCEEDED.
 */
export async function readReferenceFile(file: string): Promise<ReadStatistics> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `reference ${file} cannot be read`, { cause });
  });
  if (path.extname(file) !== ".npz") return decodeStatistics(bytes);
  const archive = openZip(bytes, LIMITS);
  const [mu, sigma] = [readArray(archive.read("mu.npy"), "mu"), readArray(archive.read("sigma.npy"), "sigma")];
  const [dimensions = 0] = mu.shape;
  const covariance = matrix(dimensions, dimensions, sized(sigma, [dimensions, dimensions], "sigma"));
  // The number of pictures is not told; one more than dimensions lets the covariance have full rank.
  const count = dimensions + 1;
  const statistics = statisticsFromCovariance({ count, mean: sized(mu, [dimensions], "mu"), covariance });
  const reference = createHash("sha256").update(bytes).digest("hex");
  return { statistics, source: path.basename(file), weights: null, preprocessing: null, reference };
}

function readArray(bytes: Uint8Array, name: string): NpyArray {
  try {
    return readNpy(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MezzotintError("INVALID_INPUT", `reference: ${name}: ${reason}`, { cause });
  }
}

function sized({ shape, data }: NpyArray, expected: readonly number[], name: string): Float64Array {
  if (shape.join() === expected.join()) return Float64Array.from<number | bigint>(data, Number);
  throw new MezzotintError("INVALID_INPUT", `reference: ${name} is [${shape.join(",")}], not [${expected.join(",")}]`);
}
