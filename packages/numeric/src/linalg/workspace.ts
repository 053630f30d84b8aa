import { allocateMemory, instantiate, PAGE_BYTES, type WasmMemory } from "../web-assembly.ts";
import { assembleKernels, type Kernels } from "./kernels.ts";

const MAX_BYTES = 4_294_901_760;

export interface Workspace {
  readonly kernels: Kernels;
  /** The next `length` doubles, all zero, with their byte address. */
  allocate(length: number): Block;
}

export interface Block {
  readonly address: number;
  readonly values: Float64Array;
}

let shared: { readonly memory: WasmMemory; readonly kernels: Kernels } | undefined;

function sharedKernels(): { readonly memory: WasmMemory; readonly kernels: Kernels } {
  if (shared !== undefined) return shared;
  const memory = allocateMemory(1, { grows: true });
  shared = { memory, kernels: instantiate<Kernels>(assembleKernels(), memory) };
  return shared;
}

/**
 * Lends the kernels and `length` doubles of their memory to `use`, which must return before anyone else borrows them
 * and must not keep the views. The memory grows to the largest loan of the process. Throws RangeError beyond 4 GiB.
 */
export function withWorkspace<Result>(length: number, use: (workspace: Workspace) => Result): Result {
  const { memory, kernels } = sharedKernels();
  const neededBytes = length * Float64Array.BYTES_PER_ELEMENT;
  if (neededBytes > MAX_BYTES) {
    throw new RangeError(`linear algebra: ${neededBytes} bytes of workspace, at most ${MAX_BYTES} can be had`);
  }
  const missingBytes = neededBytes - memory.buffer.byteLength;
  if (missingBytes > 0) memory.grow(Math.ceil(missingBytes / PAGE_BYTES));
  let used = 0;
  return use({
    kernels,
    allocate(count) {
      const address = used * Float64Array.BYTES_PER_ELEMENT;
      used += count;
      if (used > length) throw new RangeError(`linear algebra: ${used} doubles asked for, ${length} lent`);
      const values = new Float64Array(memory.buffer, address, count);
      values.fill(0);
      return { address, values };
    },
  });
}
