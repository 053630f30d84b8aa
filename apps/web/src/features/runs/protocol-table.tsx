import type { ComparedColumn, ComparedScore } from "@mezzotint/contracts/comparison";
import { METRIC_FACTS } from "@mezzotint/contracts/metric";

const HASH_LENGTH_SHOWN = 8;
const CELL = "py-1.5 pr-4 text-left align-top font-normal";

export interface ProtocolTableProps {
  readonly columns: readonly ComparedColumn[];
  readonly scores: Readonly<Record<string, ComparedScore>>;
}

/** What each score means besides the pictures: only scores of equal protocols compare. */
export function ProtocolTable({ columns, scores }: ProtocolTableProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it may have to be moved sideways
    <div role="region" aria-label="Protocols" tabIndex={0} className="mt-6 overflow-x-auto print:overflow-visible">
      <table className="w-full border-collapse text-xs tabular-nums">
        <caption className="pb-1 text-left text-sm text-ink-soft">How it was scored</caption>
        <thead>
          <tr className="border-b border-line-strong text-ink-soft">
            {["Metric", "Variant", "Extractor", "Preprocessing", "Held against", "Pictures", "Definition"].map(
              (head) => (
                <th key={head} scope="col" className={CELL}>
                  {head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {columns.map(({ id, metric }) => {
            const protocol = scores[id]?.protocol;
            if (protocol === undefined) return null;
            return (
              <tr key={id} className="break-inside-avoid border-b border-line">
                <th scope="row" className={CELL}>
                  {METRIC_FACTS[metric].title}
                </th>
                <td className={CELL}>{protocol.variant ?? "–"}</td>
                <td className={CELL}>{short(protocol.extractor)}</td>
                <td className={CELL}>{protocol.preprocessing ?? "–"}</td>
                <td className={CELL}>{short(protocol.reference)}</td>
                <td className={CELL}>{protocol.n}</td>
                <td className={CELL}>{protocol.convention ?? "–"}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function short(hash: string | null) {
  return hash === null ? "–" : <span title={hash}>{hash.slice(0, HASH_LENGTH_SHOWN)}</span>;
}
