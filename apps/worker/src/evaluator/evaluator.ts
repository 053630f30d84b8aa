import { fork, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MezzotintError } from "@mezzotint/contracts/errors";
import type { EvaluatorAnswer, EvaluatorQuestion, EvaluatorSettings, FromEvaluator, ToEvaluator } from "./protocol.ts";

type AnswerOf<Type extends EvaluatorAnswer["type"]> = Extract<EvaluatorAnswer, { type: Type }>;

/** One life of the child process that has the extractors; one question at a time. */
export interface Evaluator {
  ask<Type extends EvaluatorAnswer["type"]>(question: EvaluatorQuestion, expected: Type): Promise<AnswerOf<Type>>;
  /** Ends the process at once: whatever it had found is kept by then, or found again. */
  close(): void;
}

export type StartEvaluator = (settings: EvaluatorSettings, signal: AbortSignal) => Evaluator;

const ENTRY = fileURLToPath(new URL("./main.ts", import.meta.url));
const TYPESCRIPT_LOADER = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const LAST_WORDS_LENGTH = 2_000;
/** One question is a batch of pictures or the scores of a whole run. */
const ANSWER_TIMEOUT_MS = 30 * 60_000;

/**
 * Starts an evaluator. An abort kills it, since neither the runtime nor linear algebra can be interrupted; a question that
 * is open then fails with CANCELLED. Otherwise questions to a process that died fail with ENGINE_CRASHED.
 */
export const startEvaluator: StartEvaluator = (settings, signal) => {
  const child = fork(ENTRY, {
    execArgv: ["--import", TYPESCRIPT_LOADER],
    cwd: path.dirname(ENTRY),
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let lastWords = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    lastWords = (lastWords + chunk.toString("utf8")).slice(-LAST_WORDS_LENGTH);
  });
  const kill = (): void => void child.kill("SIGKILL");
  const ended = whenEnded(child, () => lastWords);
  if (signal.aborted) kill();
  else signal.addEventListener("abort", kill, { once: true });
  tell(child, { type: "start", settings });
  return {
    async ask(question, expected) {
      const timer = setTimeout(kill, ANSWER_TIMEOUT_MS);
      const answer = await Promise.race([answerOf(child, question), ended]).finally(() => clearTimeout(timer));
      if (signal.aborted) throw new MezzotintError("CANCELLED", "evaluation: stopped");
      if (answer instanceof MezzotintError) throw answer;
      if (answer.type === "failed") throw new MezzotintError(answer.error.code, answer.error.message);
      if (isAnswer(answer, expected)) return answer;
      throw new MezzotintError("INTERNAL", `evaluator: answered ${question.type} with ${answer.type}`);
    },
    close() {
      signal.removeEventListener("abort", kill);
      kill();
    },
  };
};

function isAnswer<Type extends EvaluatorAnswer["type"]>(
  answer: EvaluatorAnswer,
  expected: Type,
): answer is AnswerOf<Type> {
  return answer.type === expected;
}

function answerOf(child: ChildProcess, question: EvaluatorQuestion): Promise<FromEvaluator> {
  return new Promise((resolve) => {
    const hear = (message: FromEvaluator): void => {
      // The loader sends messages of its own.
      if (typeof message !== "object" || message === null || !("type" in message)) return;
      child.off("message", hear);
      resolve(message);
    };
    child.on("message", hear);
    tell(child, question);
  });
}

function tell(child: ChildProcess, message: ToEvaluator): void {
  // What cannot be sent is answered by the end of the process.
  if (child.connected) child.send(message, () => undefined);
}

function whenEnded(child: ChildProcess, lastWords: () => string): Promise<MezzotintError> {
  return new Promise((resolve) => {
    child.once("error", (cause) => {
      resolve(new MezzotintError("ENGINE_CRASHED", `evaluator: cannot be started: ${cause.message}`, { cause }));
    });
    child.once("exit", (code, signal) => {
      const end = signal === null ? `exited with status ${code}` : `was ended by ${signal}`;
      const said = lastWords() === "" ? "" : `; its last words: ${lastWords()}`;
      resolve(new MezzotintError("ENGINE_CRASHED", `evaluator (process ${child.pid}) ${end}${said}`));
    });
  });
}
