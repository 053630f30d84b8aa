import { setImmediate as nextTurn } from "node:timers/promises";
import type { Denoiser, DenoiserRow } from "../denoiser.ts";
import { createCallTimes, type CallTimes } from "./call-times.ts";
import { largestDifference } from "./largest-difference.ts";
import type { WantedRows } from "./wanted-rows.ts";

/**
 * @file Which pictures share a call. The promise is: same recipe, same picture, whatever else is in the batch. Whether a
 * network keeps it depends on its operators, shapes, runtime and device, so it is proven and not assumed: the first
 * times a mixture of rows comes up, its pictures are asked alone as well, and get those answers. Only a mixture whose
 * rows came out equal every time, bit for bit, is shared from then on, and now and then it is proven again. One proof
 * would not do: where only a narrow layer rounds differently, the answers can be equal by luck (seen with a tiny UNet).
 */

/** exact: rows are shared where that changes no bit. close: also where it changes the last ones. never: not at all. */
export type SharingRule = "exact" | "close" | "never";

export interface CompanyOptions {
  /** "exact" when absent. */
  readonly sharing?: SharingRule | undefined;
  /** Pictures in one call at most; 8 when absent. */
  readonly picturesMax?: number | undefined;
  /** How many calls must come out equal before a mixture is shared; 12 when absent. */
  readonly proofs?: number | undefined;
}

/** One picture's answers, in the order of its rows, and its share of the time they took. */
export type Answer =
  | { readonly outputs: readonly Float32Array[]; readonly elapsedMs: number }
  | { readonly error: unknown };

/** What was found out about one mixture: pictures of one row and of two, in calls of equal shapes. */
export interface Finding {
  readonly signature: string;
  /** How many pictures of one row and how many of two. */
  readonly mixture: readonly [number, number];
  /** Largest absolute difference to the answers alone; infinite where the call failed. */
  readonly difference: number;
  /** Largest absolute value of those answers. */
  readonly scale: number;
  /** Calls that were made both ways. */
  readonly proofs: number;
}

export interface Company {
  /** Who shares the next call: places in the line, the first always among them and in order. */
  choose(line: readonly WantedRows[]): number[];
  /** The answers to pictures that were chosen together. An error of one is nobody else's. */
  ask(wanted: readonly WantedRows[]): Promise<Answer[]>;
  /** How many pictures like this one the next call would take. */
  room(wanted: WantedRows): number;
  /** Everything found out so far. */
  findings(): readonly Finding[];
}

const PICTURES_MAX = 8;
const PROOFS = 12;
/** One of so many shared calls is made both ways. */
const SHARED_PER_PROOF = 100;
/** Of the largest value: what "close" lets pass. Single precision has 1.2e-7. */
const CLOSE_MAX = 1e-4;

/** What is known about calls of one network with rows of one signature. */
interface Known {
  readonly times: CallTimes;
  readonly findings: Map<string, Finding>;
  shared: number;
}

/** The company of one model's networks, without any knowledge yet. */
export function createCompany(options: CompanyOptions = {}): Company {
  const { sharing = "exact", picturesMax = PICTURES_MAX, proofs = PROOFS } = options;
  const networks = new Map<Denoiser, Map<string, Known>>();

  function knownOf({ denoiser, signature }: WantedRows): Known | null {
    if (signature === null || denoiser.company === "none") return null;
    const signatures = networks.get(denoiser) ?? new Map<string, Known>();
    networks.set(denoiser, signatures);
    const known = signatures.get(signature) ?? {
      times: createCallTimes(),
      findings: new Map<string, Finding>(),
      shared: 0,
    };
    signatures.set(signature, known);
    return known;
  }

  const passes = ({ difference, scale }: Finding): boolean =>
    difference === 0 || (sharing === "close" && difference <= CLOSE_MAX * scale);

  function choose(line: readonly WantedRows[]): number[] {
    const [lead] = line;
    if (lead === undefined) return [];
    const known = knownOf(lead);
    if (sharing === "never" || known === null) return [0];
    const rowsMax = known.times.limit(lead.rows.length);
    const chosen = [0];
    let members = [lead];
    for (const [place, candidate] of line.entries()) {
      if (place === 0 || !mayStandTogether(lead, candidate)) continue;
      const more = [...members, candidate];
      if (more.length > picturesMax || rowsOf(more).length > rowsMax) continue;
      const finding = known.findings.get(keyOf(mixtureOf(more)));
      if (finding !== undefined && !passes(finding)) continue;
      members = more;
      chosen.push(place);
    }
    return chosen;
  }

  return {
    choose,
    ask(wanted) {
      const [lead] = wanted;
      if (lead === undefined) return Promise.resolve([]);
      const known = knownOf(lead);
      if (wanted.length === 1 || known === null) return askAllAlone(wanted, known);
      const finding = known.findings.get(keyOf(mixtureOf(wanted)));
      if (finding !== undefined && !passes(finding)) return askAllAlone(wanted, known);
      const proven = finding !== undefined && finding.proofs >= proofs;
      if (!proven || ++known.shared % SHARED_PER_PROOF === 0) return prove(wanted, known);
      return askTogether(wanted, known).catch(() => askAllAlone(wanted, known));
    },
    room: (wanted) => choose(Array.from({ length: picturesMax }, () => wanted)).length,
    findings: () => [...networks.values()].flatMap((signatures) => [...signatures.values()].flatMap(findingsOf)),
  };
}

async function askAlone(wanted: WantedRows, known: Known | null): Promise<Answer> {
  const startedMs = performance.now();
  try {
    const outputs = await answersOf(wanted);
    const elapsedMs = performance.now() - startedMs;
    known?.times.note(outputs.length, elapsedMs);
    return { outputs, elapsedMs };
  } catch (error) {
    return { error };
  }
}

async function askAllAlone(wanted: readonly WantedRows[], known: Known | null): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const one of wanted) answers.push(await askAlone(one, known));
  return answers;
}

async function askTogether(wanted: readonly WantedRows[], known: Known): Promise<Answer[]> {
  const rows = rowsOf(wanted);
  const startedMs = performance.now();
  const outputs = (await wanted[0]?.denoiser.predict(rows)) ?? [];
  const elapsedMs = performance.now() - startedMs;
  known.times.note(rows.length, elapsedMs);
  let taken = 0;
  return wanted.map(({ rows: own }) => {
    taken += own.length;
    return { outputs: outputs.slice(taken - own.length, taken), elapsedMs: (elapsedMs * own.length) / rows.length };
  });
}

/** Both ways; whoever is asked gets what it would have got alone. */
async function prove(wanted: readonly WantedRows[], known: Known): Promise<Answer[]> {
  const alone = await askAllAlone(wanted, known);
  // What fails by itself says nothing about company.
  if (alone.some((answer) => "error" in answer)) return alone;
  const together = await askTogether(wanted, known).catch((error: unknown): Answer[] => [{ error }]);
  const mixture = mixtureOf(wanted);
  const signature = wanted[0]?.signature ?? "";
  const earlier = known.findings.get(keyOf(mixture)) ?? { difference: 0, scale: 0, proofs: 0 };
  const found = largestDifference(alone, together);
  const difference = Math.max(earlier.difference, found.difference);
  const scale = Math.max(earlier.scale, found.scale);
  known.findings.set(keyOf(mixture), { signature, mixture, difference, scale, proofs: earlier.proofs + 1 });
  return alone;
}

function findingsOf({ findings }: Known): Finding[] {
  return [...findings.values()];
}

function mayStandTogether(lead: WantedRows, other: WantedRows): boolean {
  if (other.denoiser !== lead.denoiser || other.signature !== lead.signature) return false;
  return lead.denoiser.company === "any" || other.rows[0]?.timestep === lead.rows[0]?.timestep;
}

/** A picture's own rows: one call where the network takes them together, else one after the other. */
function answersOf({ denoiser, rows, signature }: WantedRows): Promise<Float32Array[]> {
  if (signature !== null && denoiser.company !== "none") return denoiser.predict(rows);
  return answersOneByOne(denoiser, rows);
}

async function answersOneByOne(denoiser: Denoiser, rows: readonly DenoiserRow[]): Promise<Float32Array[]> {
  // A call that is spared leaves the event loop its turn like one that is made.
  if (rows.length === 0) await nextTurn();
  const outputs: Float32Array[] = [];
  for (const row of rows) outputs.push(...(await denoiser.predict([row])));
  return outputs;
}

function rowsOf(wanted: readonly WantedRows[]): DenoiserRow[] {
  return wanted.flatMap(({ rows }) => rows);
}

function mixtureOf(wanted: readonly WantedRows[]): [number, number] {
  const single = wanted.filter(({ rows }) => rows.length === 1).length;
  return [single, wanted.length - single];
}

function keyOf([single, double]: readonly [number, number]): string {
  return `${single}+${double}`;
}
