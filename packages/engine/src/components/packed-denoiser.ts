import { elementCount } from "@mezzotint/numeric/nd-array";
import type { Denoiser, DenoiserRow } from "../denoiser.ts";
import { imagePositions, packLatents, unpackLatents } from "./packed-latents.ts";

/** Trained timesteps to one unit of the network's own time. */
const TIMESTEPS = 1_000;

/**
 * A network that sees latents as tokens of two by two, told where each stands and the share of the trained time, behind the
 * interface of those that see latents [1, channels, h, w]. Each picture is a call of its own. Labs 2024 (FLUX.1).
 */
export function packedDenoiser(denoiser: Denoiser): Denoiser {
  return {
    ...denoiser,
    channels: null,
    // Places have no batch dimension to stand side by side in.
    company: "none",
    refuse({ shape, timesteps }) {
      const packed = packLatents({ shape, data: new Float32Array(elementCount(shape)) });
      denoiser.refuse({ shape: packed.shape, timesteps: timesteps.map(ownTime) });
    },
    async predict(rows) {
      const answers = await denoiser.predict(rows.map(packedRow));
      return answers.map((answer, i) => unpackLatents(answer, rows[i]?.shape ?? []));
    },
  };
}

function packedRow({ sample, shape, timestep, condition }: DenoiserRow): DenoiserRow {
  const packed = packLatents({ shape, data: sample });
  return {
    sample: packed.data,
    shape: packed.shape,
    timestep: ownTime(timestep),
    condition: { ...condition, img_ids: imagePositions(shape) },
  };
}

function ownTime(timestep: number): number {
  return Math.fround(timestep / TIMESTEPS);
}
