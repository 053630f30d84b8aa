/** Which group every sample belongs to; groups are left out in turn to say how sure a figure is. */
export interface SampleGrouping {
  readonly groups: number;
  /** 0 to groups - 1 for each sample. */
  readonly groupOf: Int32Array;
}

/** All samples in one group, for figures without a range. */
export function oneGroup(samples: number): SampleGrouping {
  return { groups: 1, groupOf: new Int32Array(samples) };
}

/** The grouping of lists of sample numbers that hold each of 0 to `samples` - 1 once. */
export function groupingOf(members: readonly (readonly number[])[], samples: number): SampleGrouping {
  const groupOf = new Int32Array(samples);
  members.forEach((list, group) => {
    for (const sample of list) groupOf[sample] = group;
  });
  return { groups: members.length, groupOf };
}
