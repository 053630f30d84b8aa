import type { ComparedRun, RunComparison } from "@mezzotint/contracts/comparison";

/** By which column a table is sorted; the best comes first unless it is turned round. */
export interface TableOrder {
  readonly columnId: string;
  readonly worstFirst: boolean;
}

/** Reads "kid", or "-kid" for the worst first. */
export function parseTableOrder(text: string | null): TableOrder | null {
  if (text === null || text === "") return null;
  return text.startsWith("-") ? { columnId: text.slice(1), worstFirst: true } : { columnId: text, worstFirst: false };
}

/** What the next press on a column's head asks for: the best first, then the worst, then as chosen. */
export function nextOrder(order: TableOrder | null, columnId: string): string | null {
  if (order?.columnId !== columnId) return columnId;
  return order.worstFirst ? null : `-${columnId}`;
}

/** Runs by their places in a column; those that have none stay behind, whichever way the others are sorted. */
export function orderRuns({ runs, scores }: RunComparison, order: TableOrder | null): readonly ComparedRun[] {
  if (order === null) return runs;
  const rankOf = (run: ComparedRun): number | null => scores[run.id]?.[order.columnId]?.rank ?? null;
  const sign = order.worstFirst ? -1 : 1;
  return runs.toSorted((a, b) => {
    const [first, second] = [rankOf(a), rankOf(b)];
    if (first === null || second === null) return Number(first === null) - Number(second === null);
    return sign * (first - second);
  });
}
