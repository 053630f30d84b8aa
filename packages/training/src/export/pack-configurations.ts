import type { Json } from "@mezzotint/contracts/json";
import { STYLES } from "../data/emoji/styles.ts";
import { latentSide, type PackPlan } from "../recipes/pack-plan.ts";
import type { LatentPreview } from "./latent-preview-fit.ts";

/** The JSON files of a model folder by their relative paths. */
export function packConfigurations(plan: PackPlan, preview: LatentPreview): Readonly<Record<string, Json>> {
  const { latentChannels } = plan.autoEncoder;
  return {
    "model_index.json": {
      _class_name: "MezzotintPipeline",
      scheduler: ["diffusers", "FlowMatchEulerDiscreteScheduler"],
      text_encoder: ["mezzotint", "TextEncoder"],
      tokenizer: ["transformers", "PreTrainedTokenizerFast"],
      transformer: ["mezzotint", "Denoiser"],
      vae: ["mezzotint", "AutoEncoder"],
    },
    "scheduler/scheduler_config.json": {
      _class_name: "FlowMatchEulerDiscreteScheduler",
      num_train_timesteps: 1_000,
      shift: 1,
      use_dynamic_shifting: false,
    },
    "text_encoder/config.json": {
      hidden_size: plan.text.width,
      max_position_embeddings: plan.text.tokens,
      num_attention_heads: plan.text.heads,
      num_hidden_layers: plan.text.layers,
      vocab_size: plan.vocabulary,
    },
    "transformer/config.json": {
      in_channels: latentChannels,
      sample_size: latentSide(plan),
      patch_size: 2,
      num_attention_heads: plan.denoiser.heads,
      num_layers: plan.denoiser.blocks,
      joint_attention_dim: plan.text.width,
    },
    "vae_encoder/config.json": {
      latent_channels: latentChannels,
      sample_size: plan.imageSide,
      scaling_factor: 1,
      shift_factor: 0,
    },
    "vae_decoder/config.json": {
      latent_channels: latentChannels,
      sample_size: plan.imageSide,
      scaling_factor: 1,
      shift_factor: 0,
    },
    "mezzotint.json": presentation(plan, preview),
  };
}

function presentation(plan: PackPlan, preview: LatentPreview): Json {
  return {
    title: plan.name === "mini" ? "Mezzotint Mini" : `Mezzotint ${plan.name}`,
    description:
      "A small latent diffusion model for drawings of single things on white, trained from nothing in this repository on openly licensed emoji drawings.",
    licence: "Apache-2.0; trained on drawings under MIT, Apache-2.0 and CC BY 4.0",
    defaults: {
      steps: 20,
      guidanceScale: 4,
      width: plan.imageSide,
      height: plan.imageSide,
      scheduler: "FlowMatchEulerDiscreteScheduler",
    },
    styles: STYLES.map(({ word }) => ({ label: word, words: word })),
    examples: ["red apple", "panda", "a blue heart, glossy", "rocket in flat style", "fire engine", "红苹果"],
    latentPreview: { factors: preview.factors, bias: preview.bias },
  };
}
