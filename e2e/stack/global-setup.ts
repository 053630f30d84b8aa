import { findChromium } from "./find-chromium.ts";
import { STACK_DATA_VARIABLE, STACK_URL_VARIABLE } from "./shared-stack.ts";
import { createDataFolder, removeDataFolder, startStack } from "./start-stack.ts";
import { writeTinyModels } from "./write-tiny-models.ts";

/** One studio for all browser specs, in a folder of its own. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { program, complaint } = findChromium();
  if (program === "") throw new Error(complaint);
  const dataFolder = await createDataFolder();
  const models = writeTinyModels(dataFolder);
  const stack = await startStack(dataFolder, { MEZZOTINT_MODELS: models });
  process.env[STACK_URL_VARIABLE] = stack.url;
  process.env[STACK_DATA_VARIABLE] = dataFolder;
  return async () => {
    await stack.stop();
    if (process.env["MEZZOTINT_E2E_KEEP"] === undefined) await removeDataFolder(dataFolder);
    else console.log(`The studio's data and logs are kept in ${dataFolder}.`);
  };
}
