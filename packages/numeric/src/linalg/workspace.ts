import { assembleKernels, type Kernels } from "./kernels.ts";

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** The part of WebAssembly used here, declared because the compiler's own declarations come only with a browser. */
interface WebAssemblyApi {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}

const PAGE_BYTES = 65_536;
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
  const api = Reflect.get(globalThis, "WebAssembly") as WebAssemblyApi;
  const memory = new api.Memory({ initial: 1 });
  const instance = new api.Instance(new api.Module(assembleKernels()), { env: { memory } });
  shared = { memory, kernels: instance.exports as Kernels };
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
