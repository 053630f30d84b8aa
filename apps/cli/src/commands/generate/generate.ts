import type { Command } from "commander";
import type { GenerateFlags } from "./parse-request.ts";

/** `mezzotint generate`: pictures from a prompt by the engine in this very process. */
export function registerGenerate(program: Command): void {
  program
    .command("generate")
    .argument("<prompt>", "what the pictures should show")
    .description("draw pictures from a prompt, without a database; what is not given the model decides")
    .option("--model <name>", "a name, or a folder with a slash in it", "mini")
    .option("--negative <prompt>", "what they should not show", "")
    .option("--seed <number>", "0 to 18446744073709551615; the next pictures take the next ones; drawn when absent")
    .option("--steps <count>", "more are slower and finer")
    .option("--guidance <scale>", "how closely the words are followed")
    .option("--scheduler <class>", "the sampler, by its diffusers class name")
    .option("--width <pixels>")
    .option("--height <pixels>")
    .option("--count <pictures>", "how many", "1")
    .option(
      "--out <file>",
      "a .png file, overwritten if it exists; several are numbered: apple-1.png, apple-2.png",
      "picture.png",
    )
    .option("--image <file>", "a picture to start from, scaled to the size drawn")
    .option("--mask <file>", "white is drawn anew, black is kept of --image")
    .option("--strength <share>", "how much of --image may change, 0 to 1; 0.8 when absent")
    .option("--threads <count>", "threads inside one operation; all cores when absent")
    .option("--provider <name>", "where the networks run: cpu, cuda, webgpu, …", "cpu")
    .option("--json", "print recipe, timings and files as JSON")
    .addHelpText("after", "\nThe same command with a seed gives the same bytes.")
    .action(async (prompt: string, flags: GenerateFlags) => {
      const { runGenerate } = await import("./run-generate.ts");
      await runGenerate(prompt, flags);
    });
}
