import type { GenerationRequestInput, ImageDetailView } from "@mezzotint/contracts/generation";

/** Asks for a picture's stages from one on, anew with a new seed, on what the stage before made; all else as it was. */
export function rerunRequest(picture: ImageDetailView, stage: number): GenerationRequestInput {
  const { recipe } = picture;
  return {
    model: recipe.model.name,
    prompt: recipe.prompt,
    negativePrompt: recipe.negativePrompt ?? "",
    steps: recipe.steps,
    guidanceScale: recipe.guidanceScale,
    guidanceRescale: recipe.guidanceRescale,
    guidanceInterval: recipe.guidanceInterval ?? null,
    clipSkip: recipe.clipSkip ?? 0,
    promptWeighting: recipe.promptWeighting ?? false,
    apg: recipe.apg ?? null,
    stepCache: recipe.stepCache ?? null,
    scheduler: recipe.scheduler._class_name,
    width: recipe.width,
    height: recipe.height,
    // A stage with a seed of its own would draw the same picture again.
    stages:
      recipe.stages?.map(({ steps, guidanceScale, noiseLevel }) => ({ steps, guidanceScale, noiseLevel })) ?? null,
    stageInput: { imageId: picture.id, stage },
    seed: null,
    visibility: "team",
  };
}
