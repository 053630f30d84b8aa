import { bradleyTerry } from "./bradley-terry.ts";
import { clipScore } from "./clip-score.ts";
import { fcnScore } from "./fcn-score.ts";
import { fid } from "./fid.ts";
import { frechet } from "./frechet.ts";
import { kid } from "./kid.ts";
import type { ParityKind } from "./parity-kind.ts";
import { resize } from "./resize.ts";

/** The kinds of cases that metrics answer, by their names in case.json. */
export const EVALUATION_PARITY_KINDS: Readonly<Record<string, ParityKind>> = {
  "bradley-terry": bradleyTerry,
  "clip-score": clipScore,
  "fcn-score": fcnScore,
  fid,
  frechet,
  kid,
  resize,
};
