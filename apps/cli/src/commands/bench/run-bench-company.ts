import { availableParallelism } from "node:os";
import { benchCompany, type CompanyBench } from "@mezzotint/engine/bench/bench-company";
import { describeModel } from "@mezzotint/engine/describe-model";
import { parseRequest } from "../generate/parse-request.ts";
import { findModelFolder } from "../models/model-folders.ts";

export interface BenchCompanyFlags {
  readonly model: string;
  readonly steps?: string;
  readonly threads?: string;
  readonly json?: boolean;
}

const PROMPT = "a lighthouse on a cliff at dusk";
const COLUMNS = [12, 10, 14, 16, 12, 10] as const;

/** Draws pictures alone and in company and prints by how much they differ. */
export async function runBenchCompany(flags: BenchCompanyFlags): Promise<void> {
  const folder = await findModelFolder(flags.model);
  const info = await describeModel(folder);
  const steps = flags.steps === undefined ? {} : { steps: flags.steps };
  const request = { model: info.name, negative: "", seed: "0", count: "1", out: "", provider: "cpu", ...steps };
  const { recipe } = parseRequest(PROMPT, request, info);
  const threads = Number(flags.threads ?? availableParallelism());
  const bench = await benchCompany({ folder, recipe, provider: "cpu", threads });
  if (flags.json === true) console.log(JSON.stringify(bench, null, 2));
  else for (const line of companyTable(bench)) console.log(line);
}

function companyTable({ model, rows, findings }: CompanyBench): readonly string[] {
  const largest = Math.max(...rows.map(({ latents }) => latents));
  const inCalls = Math.max(0, ...findings.map(({ difference }) => difference));
  return [
    `${model.name} ${model.hash.slice(0, 12)}: pictures alone and in company; calls are runs of the denoiser`,
    "",
    columns("company", "pictures", "calls alone", "calls together", "latents", "bytes"),
    ...rows.map(({ name, pictures, callsAlone, callsTogether, latents, bytes }) =>
      columns(name, ...[pictures, callsAlone, callsTogether, latents, bytes].map(figure)),
    ),
    "",
    ...findings.map(({ mixture: [single, double], difference, scale, proofs }) => {
      const verdict = difference === 0 ? "bit for bit" : "never shared";
      const found = `${figure(difference)} of ${scale.toFixed(1)} in ${proofs} proofs`;
      return `a call of ${single} unguided and ${double} guided pictures: ${found}, ${verdict}`;
    }),
    `largest difference in a picture's latents ${figure(largest)}; in an answer that was tried and not given ${figure(inCalls)}`,
  ];
}

function columns(...texts: readonly string[]): string {
  return texts.map((text, i) => (i === 0 ? text.padEnd(COLUMNS[0]) : text.padStart(COLUMNS[i] ?? 0))).join("");
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toExponential(1);
}
