import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Session, TensorData, TensorType } from "@mezzotint/onnx/session";
import type { Condition, Denoiser, DenoiserRow } from "../denoiser.ts";
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
  const company = companyOf(sampleType, timestepType);
  const stacks = new Map<string, { readonly arrays: readonly NdArray[]; readonly tensor: TensorData }>();
  return {
    inputs: new Set(session.inputs.map((input) => input.name)),
    textTokens: textSize(session, 1),
    textWidth: textSize(session, 2),
    channels: typeof sampleType.shape[1] === "number" ? sampleType.shape[1] : null,
    company,

    refuse({ shape, timesteps }) {
      refuseShape(sampleType, shape, part);
      refuseFractions(timestepType, timesteps, part);
    },

    async predict(rows) {
      refuseCompany(rows, company, part);
      const samples = stackedRows(rows.map(({ sample: data, shape }) => ({ data, shape })));
      const feeds: Record<string, TensorData> = {
        [sampleType.name]: inputTensor(sampleType, samples),
        [timestepType.name]: inputTensor(timestepType, timestepArray(timestepType, rows)),
      };
      for (const input of steering) feeds[input.name] = steeringTensor(input, rows);
      const predicted = outputArray(await session.run(feeds, [output]), output);
      refuseMisfit(predicted, [rows.length, ...(rows[0]?.shape.slice(1) ?? [])], `${part}: its output ${output}`);
      const { data } = predicted;
      const length = data.length / rows.length;
      return rows.map((_, i) => (rows.length === 1 ? data : data.subarray(i * length, (i + 1) * length)));
    },
  };

  /** The words are the same arrays at every call of a stage: they are stacked and converted once. */
  function steeringTensor(input: TensorType, rows: readonly DenoiserRow[]): TensorData {
    const { name } = input;
    const known = stacks.get(name);
    if (known?.arrays.length === rows.length && rows.every(({ condition }, i) => condition[name] === known.arrays[i])) {
      return known.tensor;
    }
    const arrays = rows.map(({ condition }) => steeringArray(input, condition));
    const tensor = inputTensor(input, stackedRows(arrays));
    stacks.set(name, { arrays, tensor });
    return tensor;
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

/** A batch of a fixed size takes one picture at a time; a time input without a free size takes one time for all rows. */
function companyOf({ shape: [batch] }: TensorType, timestepType: TensorType): Denoiser["company"] {
  if (typeof batch === "number") return "none";
  return typeof timestepType.shape[0] === "string" ? "any" : "same-timestep";
}

function refuseCompany(rows: readonly DenoiserRow[], company: Denoiser["company"], part: string): void {
  if (rows.length === 1 || company === "any") return;
  const timesteps = new Set(rows.map(({ timestep }) => timestep)).size;
  if (company === "same-timestep" && timesteps === 1) return;
  const found = `${rows.length} rows of ${timesteps} timesteps`;
  throw new MezzotintError("INVALID_INPUT", `${part}: its batch allows ${company} of company, got ${found}`);
}

/** A declared size of the words [batch, tokens, width], by its place. */
function textSize({ inputs }: Session, place: 1 | 2): number | undefined {
  const size = inputs.find(({ name }) => name === "encoder_hidden_states")?.shape[place];
  return typeof size === "number" ? size : undefined;
}

/**
 * Exports take the time as a scalar, as one number, or as one for each row. Where they take many there is one for each
 * row, also when all are equal: a picture's own call then computes them as a larger one does.
 */
function timestepArray(type: TensorType, rows: readonly DenoiserRow[]): NdArray {
  const times = new Float32Array(rows.map(({ timestep }) => timestep));
  if (type.shape.length === 0) return { shape: [], data: times.slice(0, 1) };
  const data = typeof type.shape[0] === "string" ? times : times.slice(0, 1);
  return { shape: [data.length], data };
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
