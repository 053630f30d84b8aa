/** What the stages of pictures had of the device, call by call. */
export interface StageTimes {
  note(call: { readonly picture: number; readonly stage: number; readonly deviceMs: number }): void;
  /** By stage, in milliseconds; null for a stage that an earlier run began, and for one that made no call. */
  of(picture: number): readonly (number | null)[];
}

/** `resumedAt[picture]` is the stage in which an earlier run left the picture; null for one that began here. */
export function createStageTimes(resumedAt: readonly (number | null)[]): StageTimes {
  const times = resumedAt.map((): (number | null)[] => []);
  return {
    note({ picture, stage, deviceMs }) {
      const own = times[picture];
      const resumed = resumedAt[picture] ?? null;
      if (own === undefined) throw new RangeError(`stage times: picture ${picture} of ${times.length}`);
      while (own.length <= stage) own.push(null);
      if (resumed === null || stage > resumed) own[stage] = (own[stage] ?? 0) + deviceMs;
    },
    of: (picture) => times[picture] ?? [],
  };
}
