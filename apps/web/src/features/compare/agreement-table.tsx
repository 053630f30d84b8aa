import { METRIC_FACTS } from "@mezzotint/contracts/metric";
import type { VoteAgreement } from "@mezzotint/contracts/vote";

const CELL = "py-1 pr-5 text-left font-normal";

/** How far each metric may be believed: how often it sides with the votes, and whether it orders the runs as they do. */
export function AgreementTable({ agreement }: { readonly agreement: readonly VoteAgreement[] }) {
  const told = agreement.filter(({ share, tau }) => share !== null || tau !== null);
  if (told.length === 0) return null;
  return (
    <>
      <h3 className="mt-6 font-medium">Which metric to believe</h3>
      <p className="mt-1 max-w-2xl text-ink-soft">
        Sides: of the votes that were no tie, in how many the preferred picture has the better value; 50 % is what a
        coin does. Order: Kendall’s τ between the order of the runs by the metric and by votes, from 3 runs on.
      </p>
      <div className="overflow-x-auto">
        <table className="mt-2 border-collapse" aria-label="Agreement of metrics with the votes">
          <thead>
            <tr className="border-b border-line">
              {["Metric", "Sides with the votes", "95 % interval", "Votes", "Order"].map((head) => (
                <th key={head} scope="col" className={`${CELL} font-medium`}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {told.map(({ metric, share, votes, tau }) => (
              <tr key={metric} className="break-inside-avoid border-b border-line">
                <th scope="row" className={CELL}>
                  {METRIC_FACTS[metric].title}
                </th>
                <td className={CELL}>{share === null ? "–" : percent(share.value)}</td>
                <td className={CELL}>{share === null ? "–" : `${percent(share.low)} to ${percent(share.high)}`}</td>
                <td className={CELL}>{share === null ? "–" : votes}</td>
                <td className={CELL}>{tau === null ? "–" : tau.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
