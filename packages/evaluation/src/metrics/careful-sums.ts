/**
 * Running sums that keep what rounding would lose, so that many near-equal terms add up as exactly as their difference from
 * another such sum needs. Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.
 */
export class CarefulSums {
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
    this.#lost = new Float64Array(count);
  }

  add(index: number, term: number): void {
    const before = this.#sums[index] as number;
    const after = before + term;
    const [larger, smaller] = Math.abs(before) >= Math.abs(term) ? [before, term] : [term, before];
    this.#sums[index] = after;
    this.#lost[index] = (this.#lost[index] as number) + (larger - after + smaller);
  }

  /** The sums so far. */
  values(): Float64Array {
    return this.#sums.map((sum, i) => sum + (this.#lost[i] as number));
  }
}
