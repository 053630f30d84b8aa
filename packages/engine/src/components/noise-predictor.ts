import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Feeds, Session, TensorType } from "@mezzotint/onnx/session";
import type { Condition, Denoiser, DenoiserInput } from "../denoiser.ts";
import { inputNamed, inputTensor, outputArray, outputNamed, refuseShape } from "./tensors.ts";

const SAMPLE_NAMES = ["sample", "hidden_states", "latent_model_input", "x"];
const TIMESTEP_NAMES = ["timestep", "t", "timesteps"];
const OUTPUT_NAMES = ["out_sample", "out_hidden_states", "sample", "output"];

/** A UNet or a transformer in ONNX behind the denoiser interface. Throws UNSUPPORTED for inputs it cannot place. */
export function createNoisePredictor(session: Session, part: string): Denoiser {
  const sampleType = inputNamed(session, SAMPLE_NAMES, part);
  const timestepType = inputNamed(session, TIMESTEP_NAMES, part);
  const output = outputNamed(session, OUTPUT_NAMES, part);
  const steering = session.inputs.filter((input) => input !== sampleType && input !== timestepType);
  const batch = sampleType.shape[0];
  return {
    inputs: new Set(session.inputs.map((input) => input.name)),
    textTokens: textTokensOf(session),
    channels: typeof sampleType.shape[1] === "number" ? sampleType.shape[1] : null,

    refuse({ shape, timesteps }) {
      refuseShape(sampleType, shape, part);
      refuseFractions(timestepType, timesteps, part);
    },

    predict: ({ condition, ...input }) => run(input, [condition]),

    predictPair:
      typeof batch === "number"
        ? null
        : async ({ conditions, ...input }) => {
            const both = await run(input, conditions);
            return [both.slice(0, both.length / 2), both.slice(both.length / 2)];
          },
  };

  /** One call with as many rows as conditions, the sample repeated for each. */
  async function run(
    { sample, shape, timestep }: Omit<DenoiserInput, "condition">,
    conditions: readonly Condition[],
  ): Promise<Float32Array> {
    const rows = conditions.length;
    const samples = stackedRows(conditions.map(() => ({ shape, data: sample })));
    // Some exports take one time for all rows, some one for each.
    const times = timestepType.shape[0] === batch ? rows : 1;
    const feeds: Feeds = {
      [sampleType.name]: inputTensor(sampleType, samples),
      [timestepType.name]: inputTensor(timestepType, timestepArray(timestepType, timestep, times)),
      ...Object.fromEntries(
        steering.map((input) => {
          const arrays = conditions.map((condition) => steeringArray(input, condition));
          return [input.name, inputTensor(input, stackedRows(arrays))];
        }),
      ),
    };
    const predicted = outputArray(await session.run(feeds, [output]), output);
    refuseMisfit(predicted, [rows, ...shape.slice(1)], `${part}: its output ${output}`);
    return predicted.data;
  }

  function steeringArray(input: TensorType, condition: Condition): NdArray {
    const array = condition[input.name];
    if (array === undefined) {
      const known = Object.keys(condition).join(", ");
      throw new MezzotintError(
        "UNSUPPORTED",
        `${part}: nothing to feed its input ${input.name}; the pipeline makes ${known}`,
      );
    }
    refuseShape(input, array.shape, part);
    return array;
  }
}

/** Rows, height and width are those of the sample; channels differ where a network sees more or predicts variance. */
function refuseMisfit({ shape }: NdArray, expected: readonly number[], label: string): void {
  if (shape.length === expected.length && [0, 2, 3].every((i) => shape[i] === expected[i])) return;
  const found = `expected [${expected.join(",")}] or other channels, got [${shape.join(",")}]`;
  throw new MezzotintError("MODEL_CORRUPT", `${label} does not fit the sample: ${found}`);
}

function textTokensOf({ inputs }: Session): number | undefined {
  const tokens = inputs.find(({ name }) => name === "encoder_hidden_states")?.shape[1];
  return typeof tokens === "number" ? tokens : undefined;
}

/** Exports take the time as a scalar, as one number, or as one for each picture. */
function timestepArray(type: TensorType, timestep: number, times: number): NdArray {
  if (type.shape.length === 0) return { shape: [], data: Float32Array.of(timestep) };
  return { shape: [times], data: new Float32Array(times).fill(timestep) };
}

/** Arrays [1, …] of one shape as one [n, …]; a single one as it is. */
function stackedRows(rows: readonly NdArray[]): NdArray {
  const [first] = rows;
  if (first === undefined || rows.length === 1) return first ?? { shape: [0], data: new Float32Array() };
  const data = new Float32Array(rows.length * first.data.length);
  rows.forEach((row, i) => data.set(row.data, i * first.data.length));
  return { shape: [rows.length, ...first.shape.slice(1)], data };
}

function refuseFractions(type: TensorType, timesteps: readonly number[], part: string): void {
  if (type.dtype !== "int64" && type.dtype !== "int32") return;
  const fraction = timesteps.find((timestep) => !Number.isInteger(timestep));
  if (fraction === undefined) return;
  const reason = `its ${type.name} input is ${type.dtype}, but this schedule visits ${fraction}, which it would cut off`;
  throw new MezzotintError("UNSUPPORTED", `${part}: ${reason}; use a sampler with whole timesteps or a float export`);
}
