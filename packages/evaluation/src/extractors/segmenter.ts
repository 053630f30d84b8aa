import path from "node:path";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { matrix, type Matrix } from "@mezzotint/numeric/linalg/matrix";
import { hashFile } from "@mezzotint/onnx/model-file";
import { openSession, type Session } from "@mezzotint/onnx/session";
import { z } from "zod";
import { readPreprocessing } from "./clip-preprocessing.ts";
import type { FeatureExtractor } from "./feature-extractor.ts";
import { describePreparation, preparePicture, type Preparation } from "./preparation.ts";
import { readFolderJson } from "./read-folder-json.ts";

const BATCH_SIZE = 8;
/** The one output of a segmenter as an extractor. */
export const LABELS = "labels";

const Config = z.looseObject({ id2label: z.record(z.string().regex(/^\d+$/), z.string().min(1)) });

/**
 * A model that names the class of every pixel. As an extractor its features are label maps, whole numbers f32
 * [n, height * width]; the `dimensions` of its protocol are the number of classes.
 */
export interface Segmenter extends FeatureExtractor {
  readonly classes: readonly string[];
  /** The class of what is no thing, or null when there is none. */
  readonly background: number | null;
  readonly height: number;
  readonly width: number;
  /** Label maps u8 [height * width] of n prepared pictures, 1 <= n <= batchSize. */
  label(prepared: readonly Float32Array[]): Promise<readonly Uint8Array[]>;
}

/**
 * Opens a segmenter's folder: model.onnx from pixels [n, 3, h, w] to scores [n, classes, h, w], config.json with id2label,
 * preprocessor_config.json as CLIP's. Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED.
 */
export async function openSegmenter(folder: string, options: { readonly threads?: number } = {}): Promise<Segmenter> {
  const classes = await readClasses(folder);
  const preprocessing = await readPreprocessing(folder);
  const preparation: Preparation = { kind: "clip", ...preprocessing };
  const file = path.join(folder, "model.onnx");
  const weights = await hashFile(file);
  const session = await openSession(file, options);
  const { height, width } = preprocessing.crop;
  const background = classes.indexOf("background");
  const labelPrepared: Segmenter["label"] = (prepared) =>
    label(session, prepared, { height, width, classes: classes.length });
  const run = async (prepared: readonly Float32Array[]): Promise<Matrix> => {
    const maps = await labelPrepared(prepared);
    const data = new Float32Array(maps.length * height * width);
    maps.forEach((map, row) => data.set(map, row * height * width));
    return matrix(maps.length, height * width, data);
  };
  return {
    protocol: { weights, preprocessing: describePreparation(preparation), dimensions: classes.length },
    preparation,
    classes,
    background: background === -1 ? null : background,
    batchSize: BATCH_SIZE,
    inputShape: [3, height, width],
    features: LABELS,
    outputs: new Map([[LABELS, height * width]]),
    height,
    width,
    prepare: (image) => preparePicture(image, preparation),
    label: labelPrepared,
    run,
    runOutputs: async (prepared, names) => {
      const other = names.find((name) => name !== LABELS);
      if (other !== undefined) throw new MezzotintError("UNSUPPORTED", `segmenter: it has no output ${other}`);
      const labels = await run(prepared);
      return names.map(() => labels);
    },
    dispose: () => session.release(),
  };
}

async function readClasses(folder: string): Promise<readonly string[]> {
  const { id2label } = await readFolderJson(path.join(folder, "config.json"), Config);
  const count = Object.keys(id2label).length;
  return Array.from({ length: count }, (_, id) => {
    const name = id2label[String(id)];
    if (name !== undefined) return name;
    throw new MezzotintError("MODEL_CORRUPT", `segmenter: ${count} classes, and none has the number ${id}`);
  });
}

interface MapSize {
  readonly height: number;
  readonly width: number;
  readonly classes: number;
}

async function label(
  session: Session,
  prepared: readonly Float32Array[],
  { height, width, classes }: MapSize,
): Promise<readonly Uint8Array[]> {
  const [input] = session.inputs;
  const area = height * width;
  const data = new Float32Array(prepared.length * 3 * area);
  for (const [row, pixels] of prepared.entries()) data.set(pixels, row * 3 * area);
  const shape = [prepared.length, 3, height, width];
  const outputs = await session.run({ [input?.name ?? ""]: { dtype: "float32", shape, data } });
  const scores = Object.values(outputs)[0]?.data;
  if (!(scores instanceof Float32Array) || scores.length !== prepared.length * classes * area) {
    const expected = `float32 [${prepared.length},${classes},${height},${width}]`;
    throw new MezzotintError("UNSUPPORTED", `segmenter: needs ${expected}, the model gives ${scores?.length} values`);
  }
  return prepared.map((_, row) => bestClasses(scores.subarray(row * classes * area, (row + 1) * classes * area), area));
}

/** The class of the largest score of every pixel, the first of equal ones; f32 [classes, area] -> u8 [area]. */
function bestClasses(scores: Float32Array, area: number): Uint8Array {
  const best = new Uint8Array(area);
  for (let place = 0; place < area; place++) {
    for (let at = place + area, id = 1; at < scores.length; at += area, id++) {
      if ((scores[at] as number) > (scores[(best[place] as number) * area + place] as number)) best[place] = id;
    }
  }
  return best;
}
