import { requestOfRecipe, type GenerationRequestInput, type ImageDetailView } from "@mezzotint/contracts/generation";

/** Asks for a picture's stages from one on, anew with a new seed, on what the stage before made; all else as it was. */
export function stageRequest({ id, recipe }: ImageDetailView, stage: number): GenerationRequestInput {
  const drawing = requestOfRecipe(recipe);
  // A stage with a seed of its own would draw the same picture again.
  const stages =
    drawing.stages?.map(({ steps, guidanceScale, noiseLevel }) => ({ steps, guidanceScale, noiseLevel })) ?? null;
  return { ...drawing, stages, stageInput: { imageId: id, stage } };
}

/** Asks for another picture of what unCLIP's prior, or its picture tower, saw in this one. */
export function ideaRequest({ id, recipe }: ImageDetailView): GenerationRequestInput {
  return { ...requestOfRecipe(recipe), imageEmbedding: { imageId: id } };
}
