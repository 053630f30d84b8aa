/** Prefixes say what an id names, in logs and addresses alike. */
export const ID_PREFIXES = {
  user: "usr",
  team: "team",
  generation: "gen",
  image: "img",
  source: "src",
  job: "job",
  attempt: "att",
  worker: "wrk",
  promptSet: "prs",
  run: "run",
  vote: "vot",
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const RANDOM_LENGTH = 12;
const TIME_LENGTH = 9;

/** A new id: prefix, milliseconds since 1970 and 60 random bits in Crockford base 32, so ids sort by creation time. */
export function newId(kind: IdKind, nowMs: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(RANDOM_LENGTH));
  return `${ID_PREFIXES[kind]}_${encodeTime(nowMs)}${Array.from(random, (byte) => ALPHABET[byte & 31]).join("")}`;
}

function encodeTime(nowMs: number): string {
  let rest = Math.floor(nowMs);
  let text = "";
  for (let place = 0; place < TIME_LENGTH; place++) {
    text = `${ALPHABET[rest % 32]}${text}`;
    rest = Math.floor(rest / 32);
  }
  return text;
}
