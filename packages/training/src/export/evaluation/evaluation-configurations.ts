import type { Json } from "@mezzotint/contracts/json";
import type { EvaluationPlan } from "../../recipes/evaluation/evaluation-plan.ts";
import { SEGMENTER_CLASSES } from "../../recipes/evaluation/segmenter-classes.ts";

/** Pillow's number of bicubic resampling. */
const BICUBIC = 3;

/** The JSON files of an evaluation pack by their relative paths, in the layout of CLIP folders on the Hub. */
export function evaluationConfigurations({ text, tower }: EvaluationPlan): Readonly<Record<string, Json>> {
  const preprocessor = {
    do_resize: true,
    size: { shortest_edge: tower.side },
    resample: BICUBIC,
    do_center_crop: true,
    crop_size: { height: tower.side, width: tower.side },
    do_rescale: true,
    do_normalize: true,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  };
  return {
    "clip/config.json": {
      model_type: "clip",
      projection_dim: tower.outputs,
      text_config: {
        hidden_size: text.text.width,
        max_position_embeddings: text.text.tokens,
        num_attention_heads: text.text.heads,
        num_hidden_layers: text.text.layers,
        vocab_size: text.vocabulary,
      },
      vision_config: {
        hidden_size: tower.width,
        image_size: tower.side,
        num_attention_heads: tower.heads,
        num_hidden_layers: tower.blocks,
        patch_size: 16,
      },
    },
    "clip/preprocessor_config.json": preprocessor,
    "fcn/config.json": {
      model_type: "mezzotint-fcn",
      image_size: tower.side,
      id2label: Object.fromEntries(SEGMENTER_CLASSES.map((name, id) => [String(id), name])),
    },
    "fcn/preprocessor_config.json": preprocessor,
  };
}
