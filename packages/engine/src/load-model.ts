import type { ModelInfo, ModelPresentation } from "@mezzotint/contracts/model";
import type { Provider } from "@mezzotint/onnx/device";
import { openSession, type Session, type SessionOptions } from "@mezzotint/onnx/session";
import { describeModelFolder } from "./describe-model.ts";
import type { ModelParts } from "./families/model-parts.ts";
import { openParts } from "./families/open-parts.ts";
import { readModelFolder } from "./model-folder/model-folder.ts";
import { createCompany, type Company, type CompanyOptions } from "./step-machine/company.ts";
import { createLine, type Line } from "./step-machine/line.ts";

export interface LoadOptions extends CompanyOptions {
  /** Where the networks run; "cpu" when absent. */
  readonly provider?: Provider;
  /** Which of the provider's devices, from 0; the runtime's choice when absent. */
  readonly deviceIndex?: number | undefined;
  /** Threads inside one operation; all cores when absent. */
  readonly threads?: number;
  /** Opens the file of a network, for who wants to watch it run; plainly when absent. */
  readonly open?: (file: string, options: SessionOptions) => Promise<Session>;
}

export interface LoadedModel {
  readonly info: ModelInfo;
  readonly presentation: ModelPresentation;
  readonly provider: Provider;
  /** The number formats its networks take their inputs in: "fp32", "fp16" or "fp16, fp32". */
  readonly precision: string;
  readonly parts: ModelParts;
  /** The pictures in the making with it. */
  readonly line: Line;
  /** Which of them share calls, and what was found out about that. */
  readonly company: Company;
  /** How long reading, checking and opening took. */
  readonly loadMs: number;
  /** Frees the networks; calling it again does nothing. */
  dispose(): Promise<void>;
}

/**
 * Opens a model folder for use. Whatever fails, nothing stays open.
 * Throws MODEL_UNAVAILABLE, MODEL_CORRUPT or UNSUPPORTED with the part and the reason.
 */
export async function loadModel(folder: string, options: LoadOptions = {}): Promise<LoadedModel> {
  const startedMs = performance.now();
  const model = await readModelFolder(folder);
  const info = await describeModelFolder(model);
  const sessions: Session[] = [];
  const open = async (file: string): Promise<Session> => {
    const session = await (options.open ?? openSession)(file, options);
    sessions.push(session);
    return session;
  };
  const dispose = async (): Promise<void> => {
    for (const session of sessions) await session.release();
  };
  try {
    const parts = await openParts(model, open);
    const provider = options.provider ?? "cpu";
    const { presentation } = model;
    const company = createCompany(options);
    const line = createLine(company);
    const precision = precisionOf(sessions);
    return {
      info,
      presentation,
      provider,
      precision,
      parts,
      line,
      company,
      loadMs: performance.now() - startedMs,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function precisionOf(sessions: readonly Session[]): string {
  const names = { float16: "fp16", float32: "fp32" } as const;
  const dtypes = new Set(sessions.flatMap(({ inputs }) => inputs.map(({ dtype }) => dtype)));
  return (["float16", "float32"] as const)
    .filter((dtype) => dtypes.has(dtype))
    .map((dtype) => names[dtype])
    .join(", ");
}
