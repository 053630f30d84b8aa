import type { Command } from "commander";
import type { OptimizeFlags } from "./optimize-model.ts";
import type { PullFlags } from "./pull/pull-model.ts";

/** `mezzotint models`: what can be drawn with here. */
export function registerModels(program: Command): void {
  const models = program.command("models").description("list, fetch, verify and optimize models");
  models
    .command("list")
    .description("name the models in the models folder and in those of MEZZOTINT_MODELS")
    .option("--json", "print JSON")
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { listModels } = await import("./list-models.ts");
      await listModels({ json });
    });
  models
    .command("verify")
    .argument("[model]", "a name, or a folder with a slash in it; all models when absent")
    .description(
      "check parts, checksums, networks and every weight of models; status 1 when one is not as it should be",
    )
    .action(async (model: string | undefined) => {
      const { verifyModels } = await import("./verify-models.ts");
      await verifyModels(model);
    });
  models
    .command("pull")
    .argument(
      "<id>",
      "owner/name on the Hugging Face Hub, or inception-fid; `models catalogue` lists some that are good",
    )
    .description("fetch a model; a pull that broke off goes on where it was")
    .option("--revision <name>", "a branch, tag or commit; main when absent")
    .option("--variant <name>", "the export to take, such as fp16 for model_fp16.onnx; the plain one when absent")
    .option("--file <file>", "weights of inception-fid on this machine; fetched when absent")
    .option("--folder <folder>", "the folder to make; one in the models folder when absent")
    .addHelpText("after", "\nHF_TOKEN is the token of models that are not for everybody, HF_ENDPOINT another hub.")
    .action(async (id: string, flags: PullFlags) => {
      const { pullModel } = await import("./pull/pull-model.ts");
      await pullModel(id, flags);
    });
  models
    .command("catalogue")
    .description("name models of the Hub that can be pulled, with family, licence, size and what they are good for")
    .option("--json", "print JSON")
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const { printCatalogue } = await import("./catalogue.ts");
      printCatalogue({ json });
    });
  registerOptimize(models);
}

function registerOptimize(models: Command): void {
  models
    .command("optimize")
    .argument("<model>", "a name, or a folder with a slash in it")
    .description("write a faster copy of a model, kept only if its pictures stay the same within a bound")
    .requiredOption("--out <folder>", "the model folder to make")
    .option("--fp16", "store large weights as float16: half the file, slightly other pictures")
    .option("--steps <number>", "steps of the pictures that are compared", "4")
    .option("--largest <number>", "the bound for one channel of one pixel, of 255", "24")
    .option("--mean <number>", "the bound for the mean over all pixels, of 255", "1")
    .action(async (model: string, flags: OptimizeFlags) => {
      const { optimizeModel } = await import("./optimize-model.ts");
      await optimizeModel(model, flags);
    });
}
