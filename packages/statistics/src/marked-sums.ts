/**
 * Adds up those of `values` that are marked: bit i % 8 of byte i / 8 marks value i. The sums of each eight values under
 * all 256 marks are made once, so that a sum costs an eighth of the additions.
 */
export function createMarkedSums(values: Float64Array): (marked: Uint8Array) => number {
  const groups = Math.ceil(values.length / 8);
  const sums = new Float64Array(groups * 256);
  for (let group = 0; group < groups; group++) {
    for (let marks = 1; marks < 256; marks++) {
      const highest = 31 - Math.clz32(marks);
      const rest = sums[group * 256 + marks - (1 << highest)] as number;
      sums[group * 256 + marks] = rest + (values[group * 8 + highest] ?? 0);
    }
  }
  return (marked) => {
    let total = 0;
    for (let group = 0; group < groups; group++) total += sums[group * 256 + (marked[group] as number)] as number;
    return total;
  };
}
