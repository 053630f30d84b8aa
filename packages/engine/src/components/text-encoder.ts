import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session } from "@mezzotint/onnx/session";
import type { TokenIds } from "../tokenizer/tokenizer.ts";
import { normalisedLike } from "./final-normalisation.ts";
import { inputNamed, inputTensor, outputArray, refuseShape } from "./tensors.ts";

/** Which layer's hidden states a pipeline reads. */
export type HiddenLayer = "last" | "penultimate";

export interface TextEncoding {
  /** f32 [1, tokens, width]. */
  readonly hidden: NdArray;
  /** f32 [1, width] where the encoder has a pooled output. */
  readonly pooled: NdArray | null;
}

export interface TextEncoder {
  /**
   * `layersSkipped` (0 when absent) reads that many layers before the one the pipeline reads.
   * Throws UNSUPPORTED where the network does not give that layer.
   */
  encode(tokens: TokenIds, layersSkipped?: number): Promise<TextEncoding>;
  /** The one length it takes, or null when it takes any. */
  readonly fixedLength: number | null;
}

const LAST = "last_hidden_state";

/** A text encoder in ONNX. Throws UNSUPPORTED when it lacks the wanted layer. */
export function createTextEncoder(session: Session, layer: HiddenLayer, part: string): TextEncoder {
  const idsType = inputNamed(session, ["input_ids"], part);
  const names = session.outputs.map((output) => output.name);
  const layers = names.filter((name) => /^hidden_states\.\d+$/.test(name)).toSorted((a, b) => layerOf(a) - layerOf(b));
  const plain = layer === "penultimate" ? layers.at(-2) : (names.find((name) => name === LAST) ?? names[0]);
  if (plain === undefined) {
    throw new MezzotintError(
      "UNSUPPORTED",
      `${part}: the pipeline reads its ${layer} layer, it gives ${names.join(", ")}`,
    );
  }
  const pooled = ["text_embeds", "pooler_output"].find((name) => names.includes(name));
  const length = idsType.shape[1];
  return {
    fixedLength: typeof length === "number" ? length : null,

    async encode({ ids, mask }, layersSkipped = 0) {
      const shape = [1, ids.length];
      refuseShape(idsType, shape, part);
      const feeds = session.inputs.map((input) => {
        const data = Float32Array.from(input.name === idsType.name ? ids : mask);
        return [input.name, inputTensor(input, { shape, data })] as const;
      });
      const wanted = hiddenOutputs(layersSkipped);
      const outputs = await session.run(
        Object.fromEntries(feeds),
        pooled === undefined ? [...wanted] : [...wanted, pooled],
      );
      const [hidden, end, normalised] = wanted.map((name) => outputArray(outputs, name));
      if (hidden === undefined) throw new MezzotintError("MODEL_CORRUPT", `${part}: it gave no hidden states`);
      return {
        hidden: end === undefined || normalised === undefined ? hidden : normalisedLike(hidden, { end, normalised }),
        pooled: pooled === undefined ? null : outputArray(outputs, pooled),
      };
    },
  };

  /** The outputs to read: the layer, and where the last layer is read normalised, both its forms to normalise alike. */
  function hiddenOutputs(layersSkipped: number): readonly string[] {
    if (layersSkipped === 0 || plain === undefined) return [plain ?? LAST];
    const [end] = layers.slice(-1);
    const found = layers.at(-(layer === "penultimate" ? 2 : 1) - layersSkipped);
    if (found === undefined || end === undefined) {
      const needs = `clip skip ${layersSkipped} reads ${layersSkipped} layers before its ${layer} one`;
      throw new MezzotintError("UNSUPPORTED", `${part}: ${needs}, it gives ${names.join(", ")}`);
    }
    return layer === "last" && names.includes(LAST) ? [found, end, LAST] : [found];
  }
}

function layerOf(name: string): number {
  return Number(name.slice(name.indexOf(".") + 1));
}
