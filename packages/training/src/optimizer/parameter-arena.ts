import { MezzotintError } from "@mezzotint/contracts/errors";
import { sizeOf } from "../trainer/parameter-scope.ts";
import type { Initializer, ParameterDeclaration } from "../trainer/parameter-scope.ts";
import { randomStream } from "../trainer/random.ts";
import { allocateMemory, PAGE_BYTES } from "@mezzotint/numeric/web-assembly";
import type { WasmMemory } from "@mezzotint/numeric/web-assembly";

/** The arrays kept for every parameter; `accumulator` only where micro-batches are summed. */
export type ArenaSection = "parameters" | "gradients" | "firstMoments" | "secondMoments" | "ema" | "accumulator";

export interface ArenaEntry extends ParameterDeclaration {
  /** First element within each section. */
  readonly offset: number;
  readonly size: number;
}

/** Neighbouring entries which share weight decay and learning-rate scale; `offset` and `size` are elements, padded. */
export interface ArenaGroup {
  readonly decay: boolean;
  readonly learningRateScale: number;
  readonly offset: number;
  readonly size: number;
}

export interface ParameterArena {
  readonly memory: WasmMemory;
  /** In memory order: sorted by group, then as declared. */
  readonly entries: readonly ArenaEntry[];
  readonly groups: readonly ArenaGroup[];
  readonly sections: readonly ArenaSection[];
  /** Trainable numbers, without padding. */
  readonly parameterCount: number;
  /** Elements of one section, with padding; padding is zero and stays zero. */
  readonly sectionSize: number;
  byteOffset(section: ArenaSection): number;
  /** The whole of a section, padding included. */
  section(section: ArenaSection): Float32Array<ArrayBuffer>;
  /** One parameter's part of a section; the same object at every call, valid for the life of the arena. */
  view(section: ArenaSection, name: string): Float32Array<ArrayBuffer>;
}

const alignmentElements = 16;

/**
 * Lays out the declared parameters in one WebAssembly memory and draws their first values; `ema` starts as a copy.
 * First values depend on `seed` and the name only. Throws INVALID_INPUT without parameters or above 4 GiB.
 */
export function createParameterArena(
  declarations: readonly ParameterDeclaration[],
  options: { readonly seed: number; readonly accumulate?: boolean },
): ParameterArena {
  const { entries, groups, sectionSize } = layOut(declarations);
  const sections: readonly ArenaSection[] = [
    ...(["parameters", "gradients", "firstMoments", "secondMoments", "ema"] as const),
    ...(options.accumulate === true ? (["accumulator"] as const) : []),
  ];
  const sizeBytes = sections.length * sectionSize * 4;
  const pages = Math.ceil(sizeBytes / PAGE_BYTES);
  if (entries.length === 0 || pages > 65_535) {
    throw new MezzotintError(
      "INVALID_INPUT",
      `arena: ${entries.length} parameters take ${sizeBytes} bytes, limit 1 to 4294901760`,
    );
  }
  const memory = allocateMemory(pages, { grows: false });
  const byteOffset = (section: ArenaSection): number => {
    const index = sections.indexOf(section);
    if (index < 0)
      throw new MezzotintError("INVALID_INPUT", `arena: no section ${section}, has ${sections.join(", ")}`);
    return index * sectionSize * 4;
  };
  const views = new Map<string, Float32Array<ArrayBuffer>>();
  for (const section of sections) {
    for (const { name, offset, size } of entries) {
      views.set(`${section}:${name}`, new Float32Array(memory.buffer, byteOffset(section) + offset * 4, size));
    }
  }
  const arena: ParameterArena = {
    memory,
    entries,
    groups,
    sections,
    sectionSize,
    parameterCount: entries.reduce((sum, { size }) => sum + size, 0),
    byteOffset,
    section: (section) => new Float32Array(memory.buffer, byteOffset(section), sectionSize),
    view: (section, name) => {
      const view = views.get(`${section}:${name}`);
      if (view === undefined)
        throw new MezzotintError("INVALID_INPUT", `arena: no parameter ${name} in section ${section}`);
      return view;
    },
  };
  for (const { name, init } of entries) fillInitial(arena.view("parameters", name), init, { seed: options.seed, name });
  arena.section("ema").set(arena.section("parameters"));
  return arena;
}

function layOut(declarations: readonly ParameterDeclaration[]) {
  const byGroup = new Map<string, ParameterDeclaration[]>();
  for (const declaration of declarations) {
    const key = `${declaration.decay}:${declaration.learningRateScale}`;
    const members = byGroup.get(key);
    if (members === undefined) byGroup.set(key, [declaration]);
    else members.push(declaration);
  }
  const entries: ArenaEntry[] = [];
  const groups: ArenaGroup[] = [];
  let offset = 0;
  for (const members of byGroup.values()) {
    const start = offset;
    for (const member of members) {
      const size = sizeOf(member.shape);
      entries.push({ ...member, offset, size });
      offset += Math.ceil(size / alignmentElements) * alignmentElements;
    }
    const { decay, learningRateScale } = members[0] as ParameterDeclaration;
    groups.push({ decay, learningRateScale, offset: start, size: offset - start });
  }
  return { entries, groups, sectionSize: offset };
}

function fillInitial(target: Float32Array, init: Initializer, key: { readonly seed: number; readonly name: string }) {
  if (init.kind === "zeros") return;
  if (init.kind === "ones") {
    target.fill(1);
    return;
  }
  const random = randomStream(key.seed, "initial", key.name);
  if (init.kind === "normal") random.fillNormal(target, init.std);
  else for (let index = 0; index < target.length; index++) target[index] = (2 * random.uniform() - 1) * init.bound;
}
