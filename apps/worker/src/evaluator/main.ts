import { readFile } from "node:fs/promises";
import { MezzotintError, toPlainError } from "@mezzotint/contracts/errors";
import { ONNXRUNTIME_VERSION } from "@mezzotint/onnx/runtime-version";
import { extractPictures } from "./extract-pictures.ts";
import { openKit, type Kit, type KitExtractor } from "./kit.ts";
import type { EvaluatorAnswer, EvaluatorQuestion, EvaluatorSettings, FromEvaluator, ToEvaluator } from "./protocol.ts";
import { canServe } from "./can-serve.ts";
import { scoreRun } from "./score-run.ts";
import { decodeSeen } from "./seen.ts";

/** @file The evaluator: a process of its own, so that extracting and scoring hold up nobody and stop when killed. */

interface Gathering {
  readonly samples: (Float32Array | null)[];
  readonly reference: (Float32Array | null)[];
}

function serve(settings: EvaluatorSettings): (question: EvaluatorQuestion) => Promise<EvaluatorAnswer> {
  const opening = openKit(settings);
  // A kit that cannot be opened answers the first question.
  opening.catch(() => undefined);
  const gathered = new Map<string, Gathering>();
  return async (question) => {
    const kit = await opening;
    switch (question.type) {
      case "plan":
        return plan(kit, question);
      case "extract": {
        const extractor = find(kit, question.extractorId);
        return { type: "extracted", features: await extractPictures(extractor, question.files) };
      }
      case "extract-reference": {
        const extractor = find(kit, question.extractorId);
        const wanted = new Set(question.keys);
        const files = kit.reference.filter(({ key }) => wanted.has(key));
        const bytes = await Promise.all(files.map(({ file }) => readFile(file)));
        return { type: "extracted", features: await extractPictures(extractor, bytes) };
      }
      case "give": {
        const known = gathered.get(question.extractorId) ?? { samples: [], reference: [] };
        const { kind } = find(kit, question.extractorId);
        known[question.to].push(...question.vectors.map((bytes) => bytes && decodeSeen(kind, bytes)));
        gathered.set(question.extractorId, known);
        return { type: "given" };
      }
      case "score":
        return { type: "scored", scores: await scoreRun(kit, question, gathered) };
    }
  };
}

function plan(kit: Kit, { metrics }: Extract<EvaluatorQuestion, { type: "plan" }>): EvaluatorAnswer {
  const needed = kit.extractors.filter((extractor) => metrics.some((metric) => canServe(metric, extractor)));
  const referenceKeys = kit.reference.map(({ key }) => key);
  return {
    type: "planned",
    extractors: needed.map(({ id }) => ({ id, referenceKeys })),
    runtime: `onnxruntime ${ONNXRUNTIME_VERSION}`,
  };
}

function find(kit: Kit, extractorId: string): KitExtractor {
  const found = kit.extractors.find(({ id }) => id === extractorId);
  if (found !== undefined) return found;
  throw new MezzotintError(
    "MODEL_UNAVAILABLE",
    `extractor ${extractorId}: not among the ${kit.extractors.length} here`,
  );
}

function start(): void {
  process.once("disconnect", () => process.exit(0));
  // A terminal signals the whole group; the supervisor decides when this process ends.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
  let answer: ((question: EvaluatorQuestion) => Promise<EvaluatorAnswer>) | null = null;
  const send = (message: FromEvaluator): void => void process.send?.(message, undefined, undefined, () => undefined);
  process.on("message", (message: ToEvaluator) => {
    if (message.type === "start") answer = serve(message.settings);
    else {
      void answer?.(message).then(send, (thrown: unknown) => {
        const error = toPlainError(thrown);
        // Only here is the stack known.
        if (error.code === "INTERNAL") console.error(thrown);
        send({ type: "failed", error });
      });
    }
  });
}

start();
