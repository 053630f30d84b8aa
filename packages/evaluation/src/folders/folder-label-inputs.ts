import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { canonicalJson, sha256Hex } from "@mezzotint/contracts/json";
import { MezzotintError } from "@mezzotint/contracts/errors";
import { readLabelMap } from "../extractors/label-map.ts";
import type { Segmenter } from "../extractors/segmenter.ts";
import { countConfusion, mergeConfusions, type Confusion } from "../metrics/fcn-score.ts";
import { promptClassHits } from "../score/prompt-class-hits.ts";
import { isSet, pairByName, unsupported, type Build, type FolderMaterial } from "./folder-material.ts";
import type { FolderSet } from "./folder-set.ts";
import { readPictureMetadata } from "./picture-metadata.ts";

/** Only pictures whose prompt names a class of the segmenter are judged; real ones with classes give the ceiling. */
export const buildFromPromptClasses: Build = async ({ metric, material, prompts, convention, protocol }) => {
  const { segmenter, maps } = labelled(metric, material);
  const { words, images, reference } = material;
  const real = await classedReference(reference);
  const { rows, values, ceiling } = promptClassHits(
    { maps, wanted: words?.groups ?? images.pictures.map(() => null) },
    real,
    { classes: segmenter, convention },
  );
  if (rows.length === 0) {
    const classes = segmenter.classes.join(", ");
    throw unsupported(metric, `needs prompts with a group among ${classes}: a .jsonl with file_name, prompt and group`);
  }
  const asked = rows.map((row) => [prompts[row] as string, words?.groups[row] ?? null]);
  return {
    input: {
      from: "picture-values",
      values,
      prompts: rows.map((row) => prompts[row] as string),
      ...(ceiling !== undefined && { ceiling }),
    },
    protocol: {
      ...protocol(segmenter, await sha256Hex(canonicalJson(asked)), rows.length),
      variant: "prompt-class",
    },
  };
};

/** Truth is a folder of label maps (layout), or what the segmenter sees in the reference pictures (self-consistency). */
export const buildFromLabelMaps: Build = async (asked) => {
  const { metric, material, prompts, protocol } = asked;
  const { segmenter, maps } = labelled(metric, material);
  const { images, reference, labels } = material;
  if (!isSet(reference) || reference.labels === null) {
    throw unsupported(metric, "needs real pictures of the same names as a reference, whose own score is the ceiling");
  }
  const real = reference.labels;
  const truth = labels === null ? referenceTruth(reference) : await labelTruth(labels, segmenter);
  const pairs = pairByName(images.pictures, truth.pictures);
  const count = (predicted: Float32Array | undefined, row: number): Confusion =>
    countConfusion({
      truth: truth.maps[row] as Uint8Array | Float32Array,
      predicted: predicted as Float32Array,
      classes: segmenter.classes.length,
      ignoreLabel: null,
    });
  const realPairs = pairByName(reference.pictures, truth.pictures);
  const ceiling = realPairs.map(([own, row]) => count(real[own], row)).reduce(mergeConfusions);
  return {
    input: {
      from: "label-maps",
      confusions: pairs.map(([own, row]) => count(maps[own], row)),
      ceiling,
      prompts: pairs.map(([own]) => prompts[own] as string),
    },
    protocol: {
      ...protocol(segmenter, truth.hash, pairs.length),
      variant: labels === null ? "self-consistency" : "layout",
    },
  };
};

function labelled(metric: Parameters<typeof unsupported>[0], { extractors, images }: FolderMaterial) {
  const { segmenter } = extractors;
  if (segmenter === null || images.labels === null) throw unsupported(metric, "needs a segmenter");
  return { segmenter, maps: images.labels };
}

async function classedReference(reference: FolderMaterial["reference"]) {
  if (!isSet(reference) || reference.labels === null) return { maps: [], wanted: [] };
  const folder = path.dirname(reference.pictures[0]?.file ?? "");
  const words = await readPictureMetadata(folder);
  return {
    maps: reference.labels,
    wanted: reference.pictures.map(({ file }) => words?.get(path.basename(file))?.group ?? null),
  };
}

interface Truth {
  readonly pictures: readonly { readonly file: string }[];
  readonly maps: readonly (Uint8Array | Float32Array)[];
  readonly hash: string;
}

function referenceTruth({ pictures, labels, hash }: FolderSet): Truth {
  return { pictures, maps: labels ?? [], hash };
}

async function labelTruth(folder: string, { preparation }: Segmenter): Promise<Truth> {
  if (preparation.kind !== "clip")
    throw new MezzotintError("INTERNAL", "segmenter: its pictures are not cut as CLIP's");
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MezzotintError("NOT_FOUND", `label maps: ${folder} cannot be read`, { cause });
  });
  const files = names.filter((name) => path.extname(name) === ".png").toSorted();
  if (files.length === 0) throw new MezzotintError("NOT_FOUND", `label maps: ${folder} has 0 .png files`);
  const maps = await Promise.all(files.map((name) => readLabelMap(path.join(folder, name), preparation)));
  const hash = createHash("sha256");
  for (const sha256 of maps.map((map) => map.sha256).toSorted()) hash.update(`${sha256}\n`);
  return {
    pictures: files.map((file) => ({ file })),
    maps: maps.map(({ labels }) => labels),
    hash: hash.digest("hex"),
  };
}
