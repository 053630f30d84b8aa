import { MezzotintError } from "@mezzotint/contracts/errors";
import type { NdArray } from "@mezzotint/numeric/nd-array";
import type { Feeds, Session, TensorType } from "@mezzotint/onnx/session";
import type { Condition, Denoiser } from "../denoiser.ts";
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
  return {
    inputs: new Set(session.inputs.map((input) => input.name)),
    channels: typeof sampleType.shape[1] === "number" ? sampleType.shape[1] : null,

    refuse({ shape, timesteps }) {
      refuseShape(sampleType, shape, part);
      refuseFractions(timestepType, timesteps, part);
    },

    async predict({ sample, shape, timestep, condition }) {
      const feeds: Feeds = {
        [sampleType.name]: inputTensor(sampleType, { shape, data: sample }),
        [timestepType.name]: inputTensor(timestepType, timestepArray(timestepType, timestep)),
        ...Object.fromEntries(
          steering.map((input) => [input.name, inputTensor(input, steeringArray(input, condition))]),
        ),
      };
      return outputArray(await session.run(feeds, [output]), output).data;
    },
  };

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

/** Exports take the time as a scalar, as one number, or as one for each picture. */
function timestepArray(type: TensorType, timestep: number): NdArray {
  return { shape: type.shape.length === 0 ? [] : [1], data: Float32Array.of(timestep) };
}

function refuseFractions(type: TensorType, timesteps: readonly number[], part: string): void {
  if (type.dtype !== "int64" && type.dtype !== "int32") return;
  const fraction = timesteps.find((timestep) => !Number.isInteger(timestep));
  if (fraction === undefined) return;
  const reason = `its ${type.name} input is ${type.dtype}, but this schedule visits ${fraction}, which it would cut off`;
  throw new MezzotintError("UNSUPPORTED", `${part}: ${reason}; use a sampler with whole timesteps or a float export`);
}
