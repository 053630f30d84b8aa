import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session } from "@mezzotint/onnx/session";
import type { TokenIds } from "../tokenizer/tokenizer.ts";
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
  encode(tokens: TokenIds): Promise<TextEncoding>;
  /** The one length it takes, or null when it takes any. */
  readonly fixedLength: number | null;
}

/** A text encoder in ONNX. Throws UNSUPPORTED when it lacks the wanted layer. */
export function createTextEncoder(session: Session, layer: HiddenLayer, part: string): TextEncoder {
  const idsType = inputNamed(session, ["input_ids"], part);
  const hidden = hiddenOutput(session, layer, part);
  const pooled = ["text_embeds", "pooler_output"].find((name) =>
    session.outputs.some((output) => output.name === name),
  );
  const length = idsType.shape[1];
  return {
    fixedLength: typeof length === "number" ? length : null,

    async encode({ ids, mask }) {
      const shape = [1, ids.length];
      refuseShape(idsType, shape, part);
      const feeds = session.inputs.map((input) => {
        const data = Float32Array.from(input.name === idsType.name ? ids : mask);
        return [input.name, inputTensor(input, { shape, data })] as const;
      });
      const wanted = pooled === undefined ? [hidden] : [hidden, pooled];
      const outputs = await session.run(Object.fromEntries(feeds), wanted);
      return {
        hidden: outputArray(outputs, hidden),
        pooled: pooled === undefined ? null : outputArray(outputs, pooled),
      };
    },
  };
}

function hiddenOutput(session: Session, layer: HiddenLayer, part: string): string {
  const names = session.outputs.map((output) => output.name);
  const layers = names.filter((name) => /^hidden_states\.\d+$/.test(name)).toSorted((a, b) => layerOf(a) - layerOf(b));
  const found =
    layer === "penultimate" ? layers.at(-2) : (names.find((name) => name === "last_hidden_state") ?? names[0]);
  if (found !== undefined) return found;
  throw new MezzotintError(
    "UNSUPPORTED",
    `${part}: the pipeline reads its ${layer} layer, it gives ${names.join(", ")}`,
  );
}

function layerOf(name: string): number {
  return Number(name.slice(name.indexOf(".") + 1));
}
