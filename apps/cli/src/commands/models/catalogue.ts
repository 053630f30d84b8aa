import { CATALOGUE_MODELS } from "./catalogue-models.ts";

/** Prints models of the Hub that are known to be in a form that can be pulled. */
export function printCatalogue({ json }: { readonly json: boolean }): void {
  if (json) {
    console.log(JSON.stringify(CATALOGUE_MODELS, null, 2));
    return;
  }
  for (const { id, family, licence, sizeBytes, goodFor } of CATALOGUE_MODELS) {
    const size = sizeBytes === null ? "unknown" : `${(sizeBytes / 1e9).toFixed(2)} GB`;
    console.log(`${id}\n  ${family}, ${licence}, ${size}: ${goodFor}`);
  }
  console.log("\nfetch one with: mezzotint models pull <id>");
}
