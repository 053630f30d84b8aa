import { MezzotintError } from "@mezzotint/contracts/errors";

/** A class or function that a pickle names; nothing is imported or called. */
export interface PickleGlobal {
  readonly global: string;
}

/** What a reader makes of a call that the pickle asks for, or of a persistent id. */
export interface PickleHooks<Custom> {
  /** Names of globals that may occur, as module.name. */
  readonly globals: ReadonlySet<string>;
  readonly call: (name: string, args: readonly PickleValue<Custom>[]) => PickleValue<Custom>;
  readonly persistent: (id: PickleValue<Custom>) => PickleValue<Custom>;
}

export type PickleValue<Custom> =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleGlobal
  | Custom
  | readonly PickleValue<Custom>[]
  | ReadonlyMap<PickleValue<Custom>, PickleValue<Custom>>;

const OPERATIONS_MAX = 1_000_000;
const TEXT_BYTES_MAX = 65_536;
const MARK = Symbol("mark");

type Slot<Custom> = PickleValue<Custom> | typeof MARK;

interface Machine<Custom> {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly hooks: PickleHooks<Custom>;
  readonly stack: Slot<Custom>[];
  readonly memo: Map<number, PickleValue<Custom>>;
  at: number;
}

/**
 * Reads one pickle (protocol 2, the operations that weights are stored with) from `start` and gives its value and where
 * it ends. Runs no code: operations and globals outside of the lists are refused with their name and place. Throws
 * INVALID_INPUT for those and for damage, LIMIT_EXCEEDED for more than 1,000,000 operations or names of 64 KiB.
 * Source: CPython, Lib/pickletools.py.
 */
export function readPickle<Custom>(
  bytes: Uint8Array,
  start: number,
  hooks: PickleHooks<Custom>,
): { readonly value: PickleValue<Custom>; readonly end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine: Machine<Custom> = { bytes, view, hooks, stack: [], memo: new Map(), at: start };
  try {
    for (let count = 0; count < OPERATIONS_MAX; count++) {
      const place = machine.at;
      const code = view.getUint8(machine.at++);
      if (code === STOP) return { value: pop(machine), end: machine.at };
      const run = OPERATIONS[code];
      if (run === undefined) throw refused(`operation 0x${code.toString(16)} at byte ${place}`);
      run(machine);
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw refused(`an end at byte ${bytes.length} in the middle`, cause);
    throw cause;
  }
  throw new MezzotintError("LIMIT_EXCEEDED", `pickle: more than ${OPERATIONS_MAX} operations`);
}

function refused(what: string, cause?: unknown): MezzotintError {
  return new MezzotintError("INVALID_INPUT", `pickle: ${what} is not allowed in weights`, { cause });
}

function pop<Custom>({ stack, at }: Machine<Custom>): PickleValue<Custom> {
  const value = stack.pop();
  if (value === undefined || value === MARK) throw refused(`an empty stack at byte ${at}`);
  return value as PickleValue<Custom>;
}

function popToMark<Custom>({ stack, at }: Machine<Custom>): PickleValue<Custom>[] {
  const place = stack.lastIndexOf(MARK);
  if (place < 0) throw refused(`a missing mark at byte ${at}`);
  const values = stack.splice(place + 1) as PickleValue<Custom>[];
  stack.pop();
  return values;
}

function isMap<Custom>(value: unknown): value is Map<PickleValue<Custom>, PickleValue<Custom>> {
  return value instanceof Map;
}

function popMap<Custom>(machine: Machine<Custom>): Map<PickleValue<Custom>, PickleValue<Custom>> {
  const value = machine.stack.at(-1);
  if (!isMap<Custom>(value)) throw refused(`setting items of what is no dictionary at byte ${machine.at}`);
  return value;
}

function setItems<Custom>(machine: Machine<Custom>, items: readonly PickleValue<Custom>[]): void {
  const target = popMap(machine);
  if (items.length % 2 !== 0) throw refused(`a key without a value at byte ${machine.at}`);
  for (let i = 0; i < items.length; i += 2) target.set(items[i] ?? null, items[i + 1] ?? null);
}

function appendAll<Custom>(machine: Machine<Custom>, items: readonly PickleValue<Custom>[]): void {
  const list = machine.stack.at(-1);
  if (!Array.isArray(list)) throw refused(`appending to what is no list at byte ${machine.at}`);
  for (const item of items) list.push(item);
}

function take<Custom>(machine: Machine<Custom>, length: number): Uint8Array {
  if (machine.at + length > machine.bytes.length) throw new RangeError("beyond the end");
  machine.at += length;
  return machine.bytes.subarray(machine.at - length, machine.at);
}

function readText<Custom>(machine: Machine<Custom>, length: number): string {
  if (length > TEXT_BYTES_MAX) {
    throw new MezzotintError("LIMIT_EXCEEDED", `pickle: text of ${length} bytes, at most ${TEXT_BYTES_MAX}`);
  }
  return new TextDecoder().decode(take(machine, length));
}

function readLine<Custom>(machine: Machine<Custom>): string {
  const end = machine.bytes.indexOf(10, machine.at);
  if (end < 0) throw new RangeError("beyond the end");
  const line = readText(machine, end - machine.at);
  machine.at++;
  return line;
}

/** A little-endian two's complement integer of any length up to 16 bytes. */
function readLong<Custom>(machine: Machine<Custom>): bigint {
  const length = take(machine, 1)[0] as number;
  if (length > 16) throw refused(`an integer of ${length} bytes`);
  const bytes = take(machine, length);
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(8 * Math.max(1, length), value);
}

function unsigned<Custom>(machine: Machine<Custom>, bytes: 1 | 2 | 4): number {
  const part = take(machine, bytes);
  return part.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

function remember<Custom>(machine: Machine<Custom>, key: number): void {
  const value = machine.stack.at(-1);
  if (value === undefined || value === MARK) throw refused(`remembering nothing at byte ${machine.at}`);
  machine.memo.set(key, value as PickleValue<Custom>);
}

function recall<Custom>(machine: Machine<Custom>, key: number): void {
  const value = machine.memo.get(key);
  if (value === undefined) throw refused(`recalling ${key}, which was never remembered,`);
  machine.stack.push(value);
}

function pushGlobal<Custom>(machine: Machine<Custom>): void {
  const [module, name] = [readLine(machine), readLine(machine)];
  const global = `${module}.${name}`;
  if (!machine.hooks.globals.has(global)) throw refused(`the global ${global}`);
  machine.stack.push({ global });
}

function isGlobal(value: unknown): value is PickleGlobal {
  return typeof value === "object" && value !== null && "global" in value;
}

function reduce<Custom>(machine: Machine<Custom>): void {
  const args = pop(machine);
  const callee = pop(machine);
  if (!isGlobal(callee) || !Array.isArray(args)) throw refused(`a call of what is no global at byte ${machine.at}`);
  machine.stack.push(machine.hooks.call(callee.global, args));
}

/** State of an ordered dictionary is its metadata, of no use here; anything else has no state in weights. */
function build<Custom>(machine: Machine<Custom>): void {
  pop(machine);
  popMap(machine);
}

function tuple<Custom>(machine: Machine<Custom>, length: number): void {
  const values = Array.from({ length }, () => pop(machine)).toReversed();
  machine.stack.push(values);
}

const STOP = 0x2e;

type Run = <Custom>(machine: Machine<Custom>) => void;

/** Operations by their codes, named as in pickletools. */
const OPERATIONS: Readonly<Record<number, Run>> = {
  /* PROTO */ 0x80: (m) => {
    const version = unsigned(m, 1);
    if (version > 2) throw refused(`protocol ${version}`);
  },
  /* MARK */ 0x28: (m) => void m.stack.push(MARK),
  /* NONE */ 0x4e: (m) => void m.stack.push(null),
  /* NEWTRUE */ 0x88: (m) => void m.stack.push(true),
  /* NEWFALSE */ 0x89: (m) => void m.stack.push(false),
  /* BININT */ 0x4a: (m) => void m.stack.push(unsigned(m, 4) | 0),
  /* BININT1 */ 0x4b: (m) => void m.stack.push(unsigned(m, 1)),
  /* BININT2 */ 0x4d: (m) => void m.stack.push(unsigned(m, 2)),
  /* LONG1 */ 0x8a: (m) => void m.stack.push(readLong(m)),
  /* BINUNICODE */ 0x58: (m) => void m.stack.push(readText(m, unsigned(m, 4))),
  /* EMPTY_TUPLE */ 0x29: (m) => void m.stack.push([]),
  /* TUPLE1 */ 0x85: (m) => tuple(m, 1),
  /* TUPLE2 */ 0x86: (m) => tuple(m, 2),
  /* TUPLE3 */ 0x87: (m) => tuple(m, 3),
  /* TUPLE */ 0x74: (m) => void m.stack.push(popToMark(m)),
  /* EMPTY_LIST */ 0x5d: (m) => void m.stack.push([]),
  /* APPEND */ 0x61: (m) => appendAll(m, [pop(m)]),
  /* APPENDS */ 0x65: (m) => appendAll(m, popToMark(m)),
  /* EMPTY_DICT */ 0x7d: (m) => void m.stack.push(new Map()),
  /* SETITEM */ 0x73: (m) => {
    const value = pop(m);
    setItems(m, [pop(m), value]);
  },
  /* SETITEMS */ 0x75: (m) => setItems(m, popToMark(m)),
  /* BINPUT */ 0x71: (m) => remember(m, unsigned(m, 1)),
  /* LONG_BINPUT */ 0x72: (m) => remember(m, unsigned(m, 4)),
  /* BINGET */ 0x68: (m) => recall(m, unsigned(m, 1)),
  /* LONG_BINGET */ 0x6a: (m) => recall(m, unsigned(m, 4)),
  /* GLOBAL */ 0x63: pushGlobal,
  /* REDUCE */ 0x52: reduce,
  /* BUILD */ 0x62: build,
  /* BINPERSID */ 0x51: (m) => void m.stack.push(m.hooks.persistent(pop(m))),
};
