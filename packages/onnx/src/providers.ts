import { Graph } from "./graph/graph.ts";
import { add } from "./graph/ops/elementwise.ts";
import type { Provider } from "./session.ts";
import { openSession, PROVIDERS } from "./session.ts";
import { writeModel } from "./write-model.ts";

/** Whether a provider really computes here, and if not, why. */
export interface ProviderProbe {
  readonly provider: Provider;
  readonly works: boolean;
  readonly reason?: string;
}

function probeModel(): Uint8Array {
  const graph = new Graph("probe");
  const x = graph.input("x", "float32", [2]);
  graph.output(add(x, x), "y");
  return writeModel(graph);
}

/** Runs 1 + 1 and 2 + 2 on a provider; a provider that is listed but broken is reported with its reason. */
export async function probeProvider(provider: Provider): Promise<ProviderProbe> {
  try {
    const session = await openSession(probeModel(), { provider });
    try {
      const { y } = await session.run({ x: { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) } });
      const sums = Array.from<number | bigint>(y?.data ?? []).join(",");
      return sums === "2,4" ? { provider, works: true } : { provider, works: false, reason: `2,4 came out as ${sums}` };
    } finally {
      await session.release();
    }
  } catch (error) {
    return { provider, works: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Probes every provider the runtime knows, one after the other. */
export async function probeProviders(): Promise<readonly ProviderProbe[]> {
  const probes: ProviderProbe[] = [];
  for (const provider of PROVIDERS) probes.push(await probeProvider(provider));
  return probes;
}
