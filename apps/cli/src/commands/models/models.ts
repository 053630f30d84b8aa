import type { Command } from "commander";

/** `mezzotint models`: what can be drawn with here. */
export function registerModels(program: Command): void {
  const models = program.command("models").description("list the models here, or verify their files");
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
}
